/** Extensions the queries need; all three are part of PostgreSQL's contrib modules. */
export const extensions: readonly string[] = ['pg_trgm', 'cube', 'unaccent']

/** The tables, without their indexes: filling comes first. */
export const tables: string = `
  CREATE SCHEMA atlas;

  CREATE TABLE atlas.dataset (version text PRIMARY KEY, cities integer NOT NULL);

  CREATE TABLE atlas.cities (
    id integer NOT NULL,
    name text NOT NULL,
    folded text NOT NULL,      -- lower case, without accents: what is searched
    country text NOT NULL,     -- ISO 3166-1 alpha-2
    region text NOT NULL,      -- first-order division, as GeoNames codes it
    kind text NOT NULL,
    population integer,        -- NULL when unknown
    lat float8 NOT NULL,
    lon float8 NOT NULL,
    position cube NOT NULL     -- the point on the unit sphere: no poles, no antimeridian
  );

  CREATE TABLE atlas.notes (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    city_id integer NOT NULL,
    text text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );`

/** A point of the unit sphere for a latitude and a longitude in degrees. */
export const onSphere = (lat: string, lon: string): string =>
  `cube(ARRAY[cos(radians(${lat})) * cos(radians(${lon})), cos(radians(${lat})) * sin(radians(${lon})), sin(radians(${lat}))])`

/** Indexes and the search function, made once the cities are in. The threshold belongs to the function, not the session. */
export const indexes: string = `
  ALTER TABLE atlas.cities ADD PRIMARY KEY (id);
  ALTER TABLE atlas.notes ADD FOREIGN KEY (city_id) REFERENCES atlas.cities;
  CREATE INDEX ON atlas.notes (city_id);
  CREATE INDEX ON atlas.cities (country, population DESC NULLS LAST);
  CREATE INDEX ON atlas.cities (population DESC NULLS LAST);
  CREATE INDEX ON atlas.cities (lat, lon);
  CREATE INDEX ON atlas.cities USING gin (folded gin_trgm_ops);
  CREATE INDEX ON atlas.cities USING gist (position) WITH (fillfactor = 40); -- full pages take long to split

  SELECT similarity('', ''); -- loads pg_trgm, so that its setting is known below

  CREATE FUNCTION atlas.resembling(text) RETURNS TABLE (id integer, similarity real)
  LANGUAGE sql STABLE SET pg_trgm.similarity_threshold = 0.2 AS $body$
    SELECT id, similarity(folded, lower(unaccent($1))) FROM atlas.cities WHERE folded % lower(unaccent($1))
  $body$;`
