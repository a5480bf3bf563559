import { loader } from 'millrace'
import type { Loader, Postgres } from 'millrace'
import { rows } from './pool.ts'
import { onSphere } from './schema.ts'
import type { City, Note } from './shapes.ts'

/** A city that a search found. */
export type Found = City & {
  /** Of the names, 0 to 1. */
  readonly similarity: number
}

/** A city and how far it is. */
export type Neighbour = City & { readonly distanceKm: number }

/** All that is known about a city. */
export type Details = City & {
  /** Its place among the cities of its country by population; null when that is unknown. */
  readonly rankInCountry: number | null
  /** The latest 50, newest first. */
  readonly notes: readonly Note[]
}

const columns = `city.id, city.name, city.country, city.region, city.kind, city.population, city.lat, city.lon`
const earthRadiusKm = 6371.0088

/**
 * Cities whose name resembles `name`, the likeliest first: similar names count, and so do people, or a typing error
 * would lead to a village that happens to be spelled like it.
 */
export function search(
  pool: Postgres,
  name: string,
  country: string | undefined,
  limit: number,
  signal?: AbortSignal,
): Promise<Found[]> {
  return rows<Found>(
    pool,
    `SELECT ${columns}, round(found.similarity::numeric, 3)::float8 AS similarity
     FROM atlas.resembling($1) AS found JOIN atlas.cities AS city USING (id)
     WHERE $2::text IS NULL OR city.country = upper($2)
     ORDER BY found.similarity + 0.05 * log(1 + coalesce(city.population, 0)) DESC, city.id
     LIMIT $3`,
    [name, country, limit],
    signal,
  )
}

/** The cities nearest to a point, by great-circle distance. The index answers for the whole sphere, poles included. */
export function nearest(
  pool: Postgres,
  lat: number,
  lon: number,
  limit: number,
  minPopulation: number,
  signal?: AbortSignal,
): Promise<Neighbour[]> {
  return rows<Neighbour>(
    pool,
    `SELECT ${columns}, round((2 * ${earthRadiusKm} * asin(least(1, (city.position <-> here.point) / 2)))::numeric, 3)::float8 AS "distanceKm"
     FROM (SELECT ${onSphere('$1::float8', '$2::float8')} AS point) AS here, atlas.cities AS city
     WHERE $4 = 0 OR city.population >= $4
     ORDER BY city.position <-> here.point, city.id
     LIMIT $3`,
    [lat, lon, limit, minPopulation],
    signal,
  )
}

/**
 * One city with its notes, or undefined when no city has this id. What several calls ask for at the same time is one
 * query.
 *
 * @param caller the context of the handler that asks
 */
export function details(pool: Postgres, id: number, caller: object): Promise<Details | undefined> {
  const loaded = loaders.get(pool) ?? detailsLoader(pool)
  loaders.set(pool, loaded)
  return loaded.load(id, caller)
}

// Servers come and go with each request; what they share belongs to the pool.
const loaders = new WeakMap<Postgres, Loader<number, Details | undefined>>()

function detailsLoader(pool: Postgres): Loader<number, Details | undefined> {
  return loader((ids: readonly number[]) => detailsOf(pool, ids), {
    name: 'city details',
    // The atlas knows no users: what one call loads is as good for another.
    share: true,
    waitMs: 2,
    // Calls of one client arrive over some milliseconds: those that come while a query runs are the next one together.
    maxConcurrent: 1,
  })
}

/** Cities with their notes, in the order of their ids. */
async function detailsOf(pool: Postgres, ids: readonly number[]): Promise<Array<Details | undefined>> {
  const found = await rows<Details>(
    pool,
    `SELECT ${columns},
       CASE WHEN city.population IS NOT NULL THEN
         (SELECT count(*)::int + 1 FROM atlas.cities AS other
          WHERE other.country = city.country AND other.kind NOT IN ('section', 'former')
            AND other.population > city.population) END AS "rankInCountry",
       (SELECT coalesce(json_agg(note ORDER BY note.id DESC), '[]') FROM
         (SELECT id, text, to_json(created_at) AS "createdAt" FROM atlas.notes WHERE city_id = city.id ORDER BY id DESC LIMIT 50) AS note
       ) AS notes
     FROM atlas.cities AS city WHERE city.id = ANY($1)`,
    [ids],
  )
  const byId = new Map(found.map((city) => [city.id, city]))
  return ids.map((id) => byId.get(id))
}

/** Adds a note to a city; undefined when no city has this id. */
export async function addNote(pool: Postgres, id: number, text: string): Promise<Note | undefined> {
  const [note] = await rows<Note>(
    pool,
    `INSERT INTO atlas.notes (city_id, text) SELECT id, $2 FROM atlas.cities WHERE id = $1
     RETURNING id, text, to_json(created_at) #>> '{}' AS "createdAt"`,
    [id, text],
  )
  return note
}

/** The cities with the most people, sections of a city left out. */
export function largest(pool: Postgres, limit: number): Promise<City[]> {
  return rows<City>(
    pool,
    `SELECT ${columns} FROM atlas.cities AS city WHERE city.kind NOT IN ('section', 'former')
     ORDER BY city.population DESC NULLS LAST LIMIT $1`,
    [limit],
  )
}
