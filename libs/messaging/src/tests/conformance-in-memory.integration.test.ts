import { conformanceSuite, memoryTransport } from '@prep/testing/conformance'
import { fixtureMigrations, startMessagingService } from './messaging-service.fixture.ts'

conformanceSuite({ transport: memoryTransport(), run: startMessagingService, migrations: fixtureMigrations })
