import { type MigrationInterface, type QueryRunner } from 'typeorm'

/**
 * No foreign keys: every row is written in the transaction that holds the instance's lock, and a check
 * a row would cost more than the rows.
 */
export class CreateSagaTables1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table saga_history, saga_timer, saga_command, saga_step, saga_instance')
  }
}

const TABLES = [
  // fillfactor: a row is updated about six times in its life, and stays on its page (HOT).
  `create table saga_instance (
     id uuid primary key,
     saga text not null,
     key text not null,
     definition_version integer not null check (definition_version >= 1),
     version integer not null,
     state jsonb not null,
     status text not null check (status in ('running', 'compensating', 'completed', 'compensated', 'needs-attention')),
     direction text not null check (direction in ('forward', 'backward')),
     current_step text,
     started_at timestamptz not null,
     updated_at timestamptz not null,
     deadline timestamptz not null,
     outcome text check (outcome in ('completed', 'compensated', 'needs-attention')),
     failure jsonb,
     correlation_id text not null,
     tenant_id text,
     traceparent text,
     unique (saga, key)
   ) with (fillfactor = 60)`,
  `create table saga_step (
     instance_id uuid not null,
     step text not null,
     status text not null,
     sends integer not null,
     undo_sends integer not null,
     undos_overtaken integer not null,
     deadline timestamptz,
     sent_at timestamptz,
     answered_at timestamptz,
     undone_at timestamptz,
     primary key (instance_id, step)
   ) with (fillfactor = 70)`,
  // A reply is matched by its causation id, which is the id of one of these.
  `create table saga_command (
     id uuid primary key,
     instance_id uuid not null,
     step text not null,
     action text not null check (action in ('do', 'undo')),
     attempt integer not null,
     type text not null,
     sent_at timestamptz not null
   )`,
  'create index saga_command_instance on saga_command (instance_id)',
  `create table saga_timer (
     instance_id uuid not null,
     step text not null,
     kind text not null check (kind in ('answer', 'undo')),
     due_at timestamptz not null,
     failures integer not null default 0,
     primary key (instance_id, step, kind)
   )`,
  'create index saga_timer_due on saga_timer (due_at)',
  `create table saga_history (
     instance_id uuid not null,
     seq integer not null,
     at timestamptz not null,
     message_id uuid,
     event jsonb not null,
     decision jsonb not null,
     primary key (instance_id, seq)
   )`,
]
