import { type INestApplication } from '@nestjs/common'
import { type MicroserviceOptions, type NestMicroservice } from '@nestjs/microservices'
import { type FastifyInstance } from 'fastify'
import { MessagingRuntime } from './messaging-runtime.ts'
import { MESSAGING_SETTINGS } from './messaging.module.ts'
import { type MessagingSettings } from './settings.ts'
import { registerDaprRoutes } from './transport/dapr-routes.ts'
import { DaprTransport } from './transport/dapr-transport.ts'
import { PassThroughFilter } from './transport/pass-through.filter.ts'
import { subscriptionsOf } from './transport/subscriptions-of.ts'

/** What a service does with messaging when it ends. */
export interface MessagingLifecycle {
  /**
   * Takes what the ending sidecar still delivers until it is silent (5 s at most), hands back what comes later, waits for
   * lanes and handlers in flight, then lets the relay send what is waiting; all within `timeoutMs`.
   */
  drain(timeoutMs: number): Promise<void>
}

/**
 * Attaches the Dapr transport to a Nest application on Fastify whose module imports MessagingModule: its routes and its
 * handlers. Then `await app.startAllMicroservices()` begins relay and workers and `await app.listen(...)` the deliveries;
 * at the end `await lifecycle.drain(ms); await app.close()`.
 * @throws MessagingError MSG_HANDLER_DUPLICATE, MSG_HANDLER_WITHOUT_CONTRACT, MSG_HANDLER_OPTIONS_WRONG
 */
export function connectMessaging(app: INestApplication): MessagingLifecycle {
  const runtime = app.get(MessagingRuntime, { strict: false })
  const settings = app.get<MessagingSettings>(MESSAGING_SETTINGS, { strict: false })
  connectHandlers(app)
  registerDaprRoutes(app.getHttpAdapter().getInstance() as FastifyInstance, {
    token: settings.appApiToken,
    subscriptions: () => subscriptionsOf(settings, runtime.handlers.all()),
    deliver: (topic, entries) => runtime.subscriber.deliver(topic, entries),
  })
  return {
    drain: timeoutMs => runtime.drain(timeoutMs),
  }
}

/** As Nest connects a microservice by itself, but with our filter in place before it looks at the handlers. */
function connectHandlers(app: INestApplication): void {
  const strategy = app.get(DaprTransport, { strict: false })
  // Not the application's own filters and guards (`inheritAppConfig`): those are for HTTP.
  const microservice = app.connectMicroservice<MicroserviceOptions>({ strategy }, { deferInitialization: true }) as NestMicroservice
  microservice.useGlobalFilters(new PassThroughFilter())
  microservice.registerListeners()
  microservice.setIsInitialized(true)
  microservice.setIsInitHookCalled(true)
}
