import { expectTypeOf, it } from 'vitest'
import type { Entry, Match, Maybe, Store, StoreStats } from './store.ts'

it('lets a store answer at once or later, method by method', () => {
  interface AtOnce {
    readonly name: 'memory'
    readonly isShared: false
    get(key: string): Entry | undefined
    set(key: string, entry: Entry): boolean
    delete(key: string): boolean
    invalidate(match: Match): number
    clear(): void
    stats(): StoreStats
  }
  expectTypeOf<AtOnce>().toExtend<Store>()
  expectTypeOf<Omit<AtOnce, 'get'> & { get(key: string): Promise<Entry | undefined> }>().toExtend<Store>()
  expectTypeOf<Omit<AtOnce, 'get'> & { get(key: string): string }>().not.toExtend<Store>()
  expectTypeOf<Omit<AtOnce, 'isShared'>>().not.toExtend<Store>()
  expectTypeOf<Maybe<number>>().toEqualTypeOf<number | Promise<number>>()
})

it('gives entries that nobody can change', () => {
  expectTypeOf<Entry>().toEqualTypeOf<Readonly<Entry>>()
  expectTypeOf<Entry['tags']>().toEqualTypeOf<readonly string[]>()
  expectTypeOf<Match>().toEqualTypeOf<Readonly<Match>>()
  expectTypeOf<{}>().toExtend<Match>()
})
