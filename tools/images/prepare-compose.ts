import { services, topics } from '../runtime/catalogue.ts'
import { createDatabases } from '../runtime/postgres.ts'
import { createTopics } from '../runtime/topics.ts'

/**
 * What compose.yaml needs before its services start: their databases and topics. Repeating it changes nothing.
 * Environment: PREP_ADMIN_DATABASE_URL (of a user who may create databases), PREP_KAFKA_BROKERS (host:port, ...).
 */
const { PREP_ADMIN_DATABASE_URL: adminUrl, PREP_KAFKA_BROKERS: brokers } = process.env
if (adminUrl === undefined || brokers === undefined) {
  process.stderr.write('PREP_ADMIN_DATABASE_URL and PREP_KAFKA_BROKERS are required.\n')
  process.exit(78)
}
const databases = await createDatabases(adminUrl, services.flatMap(({ database }) => database ?? []))
const made = await createTopics(brokers, topics)
process.stdout.write(`${databases.length} databases and ${made.length} topics made\n`)
