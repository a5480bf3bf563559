import type { Postgres } from 'millrace'
import { rows } from './pool.ts'
import type { City } from './shapes.ts'

/** Degrees; `west` greater than `east` means a box across the antimeridian. */
export interface Box {
  readonly south: number
  readonly west: number
  readonly north: number
  readonly east: number
}

/** Where to count: a country or a box. */
export type Area = { readonly country: string } | { readonly box: Box }

/** How the people of an area are spread over its cities. */
export interface PopulationStats {
  /** Cities whose population is known; sections of a city and former places are not counted. */
  readonly cities: number
  readonly total: number
  readonly mean: number
  readonly median: number
  readonly percentiles: {
    readonly p10: number
    readonly p25: number
    readonly p75: number
    readonly p90: number
    readonly p99: number
  }
  /** 0: all cities are of one size; towards 1: everybody lives in one. */
  readonly gini: number
  /** Slope of log population over log rank; Zipf's law says about -1. Null for a single city. */
  readonly rankSizeSlope: number | null
  readonly largest: readonly Pick<City, 'id' | 'name' | 'country' | 'population'>[]
}

/** Statistics over every city of the area, computed from scratch on each call; undefined when it has none. */
export async function populationStats(
  pool: Postgres,
  area: Area,
  signal?: AbortSignal,
): Promise<PopulationStats | undefined> {
  const [where, values] = condition(area)
  const [stats] = await rows<PopulationStats>(
    pool,
    `WITH ranked AS MATERIALIZED (
       SELECT id, name, country, population, row_number() OVER (ORDER BY population DESC, id) AS rank
       FROM atlas.cities WHERE population IS NOT NULL AND kind NOT IN ('section', 'former') AND ${where}
     ),
     cut AS (
       SELECT percentile_cont(ARRAY[0.1, 0.25, 0.5, 0.75, 0.9, 0.99]) WITHIN GROUP (ORDER BY population) AS at FROM ranked
     )
     SELECT count(*)::int AS cities,
       sum(population)::float8 AS total,
       round(avg(population))::float8 AS mean,
       round(at[3]) AS median,
       json_build_object('p10', round(at[1]), 'p25', round(at[2]), 'p75', round(at[4]), 'p90', round(at[5]), 'p99', round(at[6]))
         AS percentiles,
       round(((count(*) + 1 - 2 * sum(rank * population::numeric) / sum(population)) / count(*))::numeric, 4)::float8 AS gini,
       round(regr_slope(ln(population), ln(rank))::numeric, 4)::float8 AS "rankSizeSlope",
       (SELECT json_agg(json_build_object('id', id, 'name', name, 'country', country, 'population', population) ORDER BY rank)
        FROM ranked WHERE rank <= 5) AS largest
     FROM ranked CROSS JOIN cut GROUP BY at`,
    values,
    signal,
  )
  return stats
}

function condition(area: Area): readonly [where: string, values: readonly unknown[]] {
  if ('country' in area) return ['country = upper($1)', [area.country]]
  const { south, west, north, east } = area.box
  const isAcross = west > east
  return [`lat BETWEEN $1 AND $3 AND (lon >= $2 ${isAcross ? 'OR' : 'AND'} lon <= $4)`, [south, west, north, east]]
}
