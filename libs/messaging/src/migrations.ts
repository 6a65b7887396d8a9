import { type MigrationClass } from '@prep/persistence'
import { type MigrationInterface, type QueryRunner } from 'typeorm'
import { INBOX, inboxDays } from './migrations/inbox-tables.ts'
import { CreateInboxOrder1763700000040 } from './migrations/inbox-order.ts'
import { CreateLetterDecisions1763700000010 } from './migrations/letter-decisions.ts'
import { CreateOutboxDecisions1763700000020 } from './migrations/outbox-decisions.ts'
import { OUTBOX } from './migrations/outbox-tables.ts'
import { CreateProcessMarks1763700000050 } from './migrations/process-marks.ts'
import { CreateProjections1763700000030 } from './migrations/projections.ts'
import { SHARDS } from './outbox/shard-of.ts'

class CreateMessagingTables1763700000000 implements MigrationInterface {
  readonly name = 'CreateMessagingTables1763700000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OUTBOX)
    await runner.query(INBOX)
    for (const day of inboxDays(Date.now())) await runner.query(day)
    for (let shard = 0; shard < SHARDS; shard++) await runner.query('insert into outbox_lease (shard) values ($1)', [shard])
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table inbox; drop table outbox_lease; drop table outbox')
  }
}

/** Tables of outbox and inbox; spread them into the service's own migrations. */
export const messagingMigrations: MigrationClass[] = [
  CreateMessagingTables1763700000000,
  CreateLetterDecisions1763700000010,
  CreateOutboxDecisions1763700000020,
  CreateProjections1763700000030,
  CreateInboxOrder1763700000040,
  CreateProcessMarks1763700000050,
]
