import type { Database } from '#core/store/database.ts'
import { sql } from '#core/store/drizzle.ts'

/** Every place in the database, as `table.column`, that holds these words: all columns of all tables are searched. */
export async function findWords(db: Database, words: string): Promise<string[]> {
  const columns = await db.execute<{ table: string; column: string }>(sql`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema not in ('pg_catalog', 'information_schema')`)
  const found: string[] = []
  for (const { table, column } of columns.rows) {
    if (table.startsWith('__')) continue
    const hits = await db.execute(sql`
      select from ${sql.identifier(table)}
      where position(${words} in ${sql.identifier(column)}::text) > 0 limit 1`)
    if (hits.rows.length > 0) found.push(`${table}.${column}`)
  }
  return found
}
