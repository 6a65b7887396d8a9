import { Module } from '@nestjs/common'
import { MessagingModule } from '@prep/messaging'
import { PersistenceModule } from '@prep/persistence'
import { SagaModule } from '@prep/saga'
import { ListSagasRoute } from './features/show-sagas/list-sagas.route.ts'
import { GetSagaRoute } from './features/show-sagas/get-saga.route.ts'
import { bookingSaga } from './sagas/booking/booking.saga.ts'
import { TASK_ORCHESTRATOR_CONFIG, taskOrchestratorConfig } from './task-orchestrator.config.ts'

const timers = () => {
  const { timerPollMs, timerGraceMs } = taskOrchestratorConfig()
  return { pollMs: timerPollMs, graceAfterStartMs: timerGraceMs }
}

@Module({
  imports: [
    PersistenceModule.forRoot({ service: 'task-orchestrator' }),
    MessagingModule.forRoot({ service: 'task-orchestrator', context: 'orchestration', sideBySide: true }),
    SagaModule.register([bookingSaga], { timers }),
  ],
  controllers: [ListSagasRoute, GetSagaRoute],
  providers: [{ provide: TASK_ORCHESTRATOR_CONFIG, useFactory: () => taskOrchestratorConfig() }],
})
export class TaskOrchestratorModule {}
