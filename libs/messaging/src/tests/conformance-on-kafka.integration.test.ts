import { conformanceSuite, daprTransport } from '@prep/testing/conformance'
import { fixtureMigrations, startMessagingService } from './messaging-service.fixture.ts'

conformanceSuite({ transport: daprTransport(), run: startMessagingService, migrations: fixtureMigrations })
