import { describe, expect, it } from 'vitest'
import type { Clock } from '../clock.ts'
import { failuresOf } from '../fixtures/failuresOf.ts'
import * as faulty from '../fixtures/faultyStores.ts'
import { MapStore } from '../fixtures/mapStore.ts'
import type { Entry, Maybe, Store } from '../store.ts'
import { storeContract } from './storeContract.ts'

const odd = 'gives back what it was given, whatever the key looks like'
const life = 'gives an entry that is stale but kept, and none that is past keptUntil'
const fields = 'gives back every field of an entry and every value of JSON'
const oddTags = 'invalidates by tags, principals and operations that look like properties of objects'
const literal = 'invalidates nothing by patterns whose other characters mean themselves'

/** Every method answers later, with a copy that has been JSON meanwhile. */
const remote = (clock: Clock): Store => {
  const own = new MapStore(clock)
  const later = async <Value>(value: Value): Promise<Value> => value
  return {
    name: 'remote',
    isShared: true,
    get: async (key) => {
      const entry = own.get(key)
      return entry && (JSON.parse(JSON.stringify(entry)) as Entry)
    },
    set: async (key, entry) => own.set(key, entry),
    delete: async (key) => later(own.delete(key)),
    invalidate: async (match) => later(own.invalidate(match)),
    clear: async () => own.clear(),
    stats: async () => later(own.stats()),
  }
}

const everyInvalidation = storeContract((clock) => new MapStore(clock))
  .map(({ name }) => name)
  .filter((name) => name.startsWith('invalidates') && !name.startsWith('invalidates nothing'))

describe('the contract of stores', () => {
  it.each<[string, (clock: Clock) => Maybe<Store>]>([
    ['answers at once', (clock) => new MapStore(clock)],
    ['answers later, with copies', remote],
    ['takes its time to open', async (clock) => remote(clock)],
  ])('is kept by one that %s', async (_, make) => {
    expect(await failuresOf(storeContract(make))).toEqual([])
  })

  it.each<[string, new (clock: Clock) => Store, readonly string[]]>([
    ['ignores keptUntil', faulty.IgnoringKeptUntil, [life]],
    ['drops what is stale', faulty.DroppingStale, [life]],
    [
      'keeps the life of what was replaced',
      faulty.KeepingTheFirstExpiry,
      ['gives a replaced entry the life of its replacement'],
    ],
    [
      'keeps the oldest entry',
      faulty.KeepingTheOldest,
      [
        'keeps the newest of two entries for a key',
        'gives a replaced entry the life of its replacement',
        'does not match a tag of an entry that has been replaced',
      ],
    ],
    ['is an object', faulty.OnAnObject, ['has nothing for a key it was never given']],
    ['has its tags on an object', faulty.TagsOnAnObject, [oddTags]],
    ['cuts long keys', faulty.Truncating, [odd]],
    ['takes upper for lower case', faulty.FoldingCase, [odd]],
    ['writes Latin-1', faulty.WritingLatin1, [fields, odd, oddTags]],
    ['forgets fields', faulty.ForgettingFields, [fields, odd]],
    ['takes patterns for regular expressions', faulty.PatternsAsExpressions, [literal]],
    [
      'ends a star at the end of a line',
      faulty.StarsWithinALine,
      [
        'invalidates by pattern',
        'invalidates by a lone star whatever has a target',
        'invalidates by a pattern whose star stands for nothing',
      ],
    ],
    [
      'knows stars at the end only',
      faulty.StarsAtTheEnd,
      ['invalidates by a pattern with several stars', 'invalidates by a pattern whose star stands for nothing'],
    ],
    ['finds patterns anywhere', faulty.FindingAnywhere, ['invalidates by a pattern without a star, exactly', literal]],
    ['matches any field', faulty.MatchingAnyField, ['invalidates by all fields given, together']],
    ['drops everything for an empty list of tags', faulty.EverythingByNoTag, ['invalidates nothing by no tag at all']],
    [
      'drops nothing when nothing is asked for',
      faulty.NothingByNothing,
      ['invalidates everything when nothing is asked for'],
    ],
    ['does not count what it drops', faulty.Miscounting, everyInvalidation],
    [
      'always says it deleted something',
      faulty.AlwaysDeleting,
      ['forgets a deleted key, and says whether there was one'],
    ],
    [
      'finds replaced entries by their old tags',
      faulty.OverlookingReplacement,
      ['does not match a tag of an entry that has been replaced'],
    ],
    [
      'finds deleted and cleared entries by their tags',
      faulty.OverlookingDeletion,
      ['does not match a tag of an entry that has been deleted', 'is empty after clear, and usable'],
    ],
    [
      'counts what it was given',
      faulty.CountingSets,
      [
        'keeps the newest of two entries for a key',
        'forgets a deleted key, and says whether there was one',
        'is empty after clear, and usable',
      ],
    ],
    ['says it keeps what it does not', faulty.AlwaysTaking, ['says whether it keeps what it is given']],
    ['does not say that it keeps something', faulty.NeverTaking, ['says whether it keeps what it is given']],
    ['has 32 bits for the end of an entry', faulty.EndingIn32Bits, ['keeps an entry that never ends']],
    ['has room for less than a thousand entries', faulty.TooSmall, ['keeps a thousand entries apart']],
  ])('is broken by one that %s', async (_, Faulty, broken) => {
    const failures = await failuresOf(storeContract((clock) => new Faulty(clock)))
    expect(failures.toSorted()).toEqual(broken.toSorted())
  })

  it('closes the store after each case, also after one that fails', async () => {
    let open = 0
    let closed = 0
    class Closing extends faulty.IgnoringKeptUntil {
      close(): void {
        closed += 1
      }
    }
    const contract = storeContract((clock) => {
      open += 1
      return new Closing(clock)
    })
    expect(await failuresOf(contract)).toEqual([life])
    expect([open, closed]).toEqual([contract.length, contract.length])
  })
})
