import * as z from 'zod'
import { parsedAgain } from '../fresh.ts'
import type { BenchServer } from './line.ts'

/** Four described fields; made once, as in a module of a real server. */
const schemaOf = (index: number) =>
  z.object({
    query: z.string().min(1).describe(`What to look for in collection ${index}`),
    limit: z.number().int().min(1).max(100).describe('How many results to give, at most 100').optional(),
    country: z.string().length(2).describe('Two-letter country code that results must have').optional(),
    order: z.enum(['name', 'population', 'distance']).describe('What results are sorted by').optional(),
  })

const schemas: Array<ReturnType<typeof schemaOf>> = []

/** Registers `count` tools that answer with a short text. Their schemas are the same objects on every server. */
export const registerTools = (server: BenchServer, count: number): void => {
  for (let index = schemas.length; index < count; index += 1) schemas.push(schemaOf(index))
  for (let index = 0; index < count; index += 1) {
    server.registerTool(
      index === 0 ? 'search' : `search_${index}`,
      {
        title: `Search ${index}`,
        description: `Searches collection ${index} by name and gives the best matches with their details.`,
        inputSchema: schemas[index],
        annotations: { readOnlyHint: true },
      },
      answer,
    )
  }
}

/** The arguments of a call: three fields. */
export interface Input {
  readonly query: string
  readonly limit: number
  readonly country: string
}

/** Arguments that differ, for `search`. */
export const inputOf = (index: number): Input => ({
  query: `springfield ${index}`,
  limit: 1 + (index % 50),
  country: index % 2 === 0 ? 'US' : 'FR',
})

/** As many as are wanted, so that no two calls in a row are the same; each as a function that makes it anew. */
export const inputs = (count = 1000): ReadonlyArray<() => Input> =>
  Array.from({ length: count }, (_, index) => parsedAgain(inputOf(index)))

/** What `search` answers. */
export const text: string = 'Springfield (US), population 114394, 39.80 N 89.64 W, found by name. '.repeat(3)
const answer = () => Promise.resolve({ content: [{ type: 'text', text }] })
