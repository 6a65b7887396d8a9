import 'reflect-metadata'
import { startService } from '@prep/service'
import { ComplianceModule } from './compliance.module.ts'

await startService({ name: 'compliance', module: ComplianceModule })
