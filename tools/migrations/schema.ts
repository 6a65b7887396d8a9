/** What a release can read and write: per table its columns. Partitions are left out; their parent stands for them. */
export type Schema = Readonly<Record<string, Readonly<Record<string, Column>>>>

export interface Column {
  /** As PostgreSQL writes it: `character varying(20)`. */
  readonly type: string
  readonly required: boolean
  /** Whether an insert that does not name it works; generated columns and identities count. */
  readonly fillsItself: boolean
}

type Query = <R>(sql: string) => Promise<R[]>

const COLUMNS = `
select c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
       (a.atthasdef or a.attidentity <> '' or a.attgenerated <> '') as "fillsItself"
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
order by c.relname, a.attname`

/** The schema of a database, without the migrations' own table. */
export async function readSchema(query: Query): Promise<Schema> {
  const schema: Record<string, Record<string, Column>> = {}
  for (const { table, column, ...facts } of await query<Column & { table: string, column: string }>(COLUMNS)) {
    if (table !== 'migrations') (schema[table] ??= {})[column] = facts
  }
  return schema
}
