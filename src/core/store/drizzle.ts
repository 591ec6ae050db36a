import { createRequire } from 'node:module'

/**
 * The parts of drizzle-orm that the store uses, from the package's CommonJS build: the same code as ES modules costs
 * six times the memory and half a second (deploy/decisions/0002-drizzle-through-commonjs.md). `require` is untyped, so the
 * types are taken from the very specifiers that are loaded.
 */
const load = createRequire(import.meta.url)

export type { SQL } from 'drizzle-orm/sql'

const core: typeof import('drizzle-orm/sql') = load('drizzle-orm/sql')
const nodePostgres: typeof import('drizzle-orm/node-postgres') = load('drizzle-orm/node-postgres')
const migrator: typeof import('drizzle-orm/node-postgres/migrator') = load(
  'drizzle-orm/node-postgres/migrator',
)

export const { and, desc, eq, gt, inArray, isNotNull, isNull, lt, ne, or, sql } = core
export const { drizzle } = nodePostgres
export const { migrate } = migrator

const pgCore: typeof import('drizzle-orm/pg-core') = load('drizzle-orm/pg-core')

export const {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} = pgCore

/**
 * drizzle wraps every failed statement in an error whose message quotes the parameters, and those are what people said.
 * The driver's own error carries the SQLSTATE and no parameters, so it is let through unwrapped.
 */
Object.assign(pgCore.PgPreparedQuery.prototype, {
  queryWithCache: (_text: string, _params: unknown[], query: () => Promise<unknown>) => query(),
})
