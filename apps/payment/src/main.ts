import 'reflect-metadata'
import { startService } from '@prep/service'
import { PaymentModule } from './payment.module.ts'

await startService({ name: 'payment', module: PaymentModule })
