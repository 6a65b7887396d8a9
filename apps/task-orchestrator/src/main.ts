import 'reflect-metadata'
import { startService } from '@prep/service'
import { TaskOrchestratorModule } from './task-orchestrator.module.ts'

await startService({ name: 'task-orchestrator', module: TaskOrchestratorModule })
