import * as z from 'zod'

/** The id of a city: GeoNames', which the data has below 2³¹. */
export const cityId = z
  .int()
  .min(1)
  .max(2 ** 31 - 1)
  .describe('GeoNames id of the city, as the other tools return it')

/** A country. */
export const country = z
  .string()
  .regex(/^[A-Za-z]{2}$/, 'a country is two letters, such as FR')
  .describe('ISO 3166-1 alpha-2 code of the country, such as FR')

/** How many results to return. */
export const limit = z.int().min(1).max(50).default(10).describe('How many to return, 1 to 50')

/** Text that PostgreSQL can hold: anything but the zero byte. */
export const text = (maxLength: number): z.ZodString =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .regex(/^[^\0]*$/, 'a text cannot contain a zero byte')

/** Degrees, north is positive. */
export const latitude = z.number().min(-90).max(90)
/** Degrees, east is positive. */
export const longitude = z.number().min(-180).max(180)

/** One city, as every tool returns it. */
export const city = z.object({
  id: cityId,
  name: z.string(),
  country: z.string().describe('ISO 3166-1 alpha-2'),
  region: z.string().describe('First-order division of the country, as GeoNames codes it'),
  kind: z
    .enum(['capital', 'seat', 'place', 'section', 'former'])
    .describe('seat: of a division of the country; section: a part of a city; former: abandoned or destroyed'),
  population: z.int().nullable().describe('null when unknown'),
  lat: latitude,
  lon: longitude,
})

/** A note that somebody left on a city. */
export const note = z.object({
  id: z.int(),
  text: z.string(),
  createdAt: z.iso.datetime({ offset: true }),
})

/** One city. */
export type City = z.infer<typeof city>
/** One note. */
export type Note = z.infer<typeof note>
