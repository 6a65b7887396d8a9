import 'reflect-metadata'
import { startService } from '@prep/service'
import { NotificationModule } from './notification.module.ts'

await startService({ name: 'notification', module: NotificationModule })
