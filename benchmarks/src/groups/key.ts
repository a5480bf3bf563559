import type { Case, Group } from '../case.ts'
import { peer } from '../case.ts'
import { onFreshSync, parsedAgain } from '../fresh.ts'
import { inputOf, inputs } from '../sdk/tools.ts'

/** Arguments of about 11 KB: what a tool gets that stores or compares many things. */
const large = (seed: number): object => ({
  collection: `cities ${seed}`,
  rows: Array.from({ length: 75 }, (_, index) => ({
    population: 1000 * index + seed,
    name: `Springfield number ${index}`,
    country: 'US',
    location: { longitude: -89.64 + index / 100, latitude: 39.8 + index / 100 },
    alternateNames: ['Calisburg', 'Primera ciudad'],
  })),
})

interface Size {
  readonly label: string
  readonly bar: number
  /** Gives the function that makes arguments: one after the other, again and again. */
  pool(): (index: number) => object
}

const inTurn = (makers: ReadonlyArray<() => object>) => (index: number) => makers[index % makers.length]!()

const sizes: readonly Size[] = [
  { label: '3 fields', bar: 2, pool: () => inTurn(inputs()) },
  {
    label: '3 fields, never seen before',
    bar: 2,
    pool: () => {
      let made = 0
      return () => parsedAgain(inputOf((made += 1)))()
    },
  },
  {
    label: '11 KB',
    bar: 230,
    pool: () => inTurn(Array.from({ length: 20 }, (_, index) => parsedAgain(large(index)))),
  },
]

type Digest = (value: object) => unknown

const subjects: ReadonlyArray<{
  readonly name: string
  readonly note?: string
  open(): Promise<{ readonly prepare?: (value: object) => unknown; readonly digest: (value: never) => unknown }>
}> = [
  {
    name: 'safe-stable-stringify 3.0',
    note: 'a string of any length: no hash',
    open: async () => {
      const { default: stringify } = await peer(() => import('safe-stable-stringify'))
      return { digest: stringify }
    },
  },
  {
    name: 'cached().keyOf',
    note: 'with operation, principal and revision; SHA-256 above 256 characters',
    open: async () => {
      const { cached } = await import('@millrace/cache')
      const { fakeCall } = await import('@millrace/core/testing')
      const { keyOf } = cached({ ttlMs: 60_000 })
      return { prepare: (input) => fakeCall({ target: 'search', input }), digest: keyOf }
    },
  },
  {
    name: 'fast-json-stable-stringify 2.1',
    note: 'a string of any length: no hash',
    open: async () => {
      const { default: stringify } = await peer(() => import('fast-json-stable-stringify'))
      return { digest: stringify as Digest }
    },
  },
  {
    name: 'object-hash 3.0',
    note: 'SHA-1',
    open: async () => {
      const { default: objectHash } = await peer(() => import('object-hash'))
      return { digest: (value: object) => objectHash(value) }
    },
  },
  {
    name: 'ohash 2.0',
    note: 'SHA-256',
    open: async () => {
      const { hash } = await peer(() => import('ohash'))
      return { digest: hash as Digest }
    },
  },
]

/** What it costs to make a key of arguments in which the order of fields does not matter. */
export const group: Group = {
  name: 'key',
  module: import.meta.url,
  cases: sizes.flatMap(({ label, bar, pool }) =>
    subjects.map(({ name, note, open }): Case => ({
      name: `${label}: ${name}`,
      base: `${label}: ${subjects[0]?.name}`,
      ...(name === 'cached().keyOf' ? { bar } : {}),
      ...(note === undefined ? {} : { note }),
      setup: async () => {
        const { prepare = (value) => value, digest } = await open()
        const next = pool()
        const make = (index: number) => prepare(next(index)) as never
        const key = digest(make(0))
        if (typeof key !== 'string' || key === digest(make(1))) throw new Error(`${name} gave ${String(key)}`)
        return (times) => onFreshSync(times, make, digest)
      },
    })),
  ),
}
