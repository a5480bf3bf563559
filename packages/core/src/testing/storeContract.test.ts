import { describe, expect, it } from 'vitest'
import type { Clock } from '../clock.ts'
import { failuresOf } from '../fixtures/failuresOf.ts'
import { MapStore } from '../fixtures/mapStore.ts'
import type { Entry, Match, Maybe, Store, StoreStats } from '../store.ts'
import { storeContract } from './storeContract.ts'

const odd = 'gives back what it was given, whatever the key looks like'
const life = 'gives an entry that is stale but kept, and none that is past keptUntil'
const fields = 'gives back every field of an entry and every value of JSON'
const oddTags = 'invalidates by tags, principals and operations that look like properties of objects'
const itself = 'invalidates by a pattern whose other characters mean themselves'

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

/** Keeps, for each tag, the keys that ever had it. */
class Indexed extends MapStore {
  readonly keysOf = new Map<string, Set<string>>()

  override set(key: string, entry: Entry): void {
    super.set(key, entry)
    for (const tag of entry.tags) this.keysOf.set(tag, (this.keysOf.get(tag) ?? new Set()).add(key))
  }

  override invalidate(match: Match): number {
    if (match.tags === undefined) return super.invalidate(match)
    const { tags, ...rest } = match
    const keys = new Set(tags.flatMap((tag) => [...(this.keysOf.get(tag) ?? [])]))
    const matching = [...keys].filter((key) => {
      const entry = this.entries.get(key)
      return entry !== undefined && this.matches(rest, entry)
    })
    return matching.filter((key) => this.delete(key)).length
  }
}

class OverlookingReplacement extends Indexed {
  override delete(key: string): boolean {
    for (const keys of this.keysOf.values()) keys.delete(key)
    return super.delete(key)
  }
  override clear(): void {
    this.keysOf.clear()
    super.clear()
  }
}

class OverlookingDeletion extends Indexed {
  override set(key: string, entry: Entry): void {
    if (this.entries.has(key)) for (const keys of this.keysOf.values()) keys.delete(key)
    super.set(key, entry)
  }
}

class IgnoringKeptUntil extends MapStore {
  override get(key: string): Entry | undefined {
    return this.entries.get(key)
  }
}

class DroppingStale extends MapStore {
  override get(key: string): Entry | undefined {
    const entry = super.get(key)
    return entry !== undefined && entry.freshUntil < this.clock.now() ? undefined : entry
  }
}

class KeepingTheFirstExpiry extends MapStore {
  override set(key: string, entry: Entry): void {
    const { keptUntil } = this.entries.get(key) ?? entry
    super.set(key, { ...entry, keptUntil })
  }
}

class OnAnObject extends MapStore {
  readonly object: { [key: string]: Entry | undefined } = {}
  override get(key: string): Entry | undefined {
    const entry = this.object[key]
    return entry !== undefined && !(entry.keptUntil < this.clock.now()) ? entry : undefined
  }
  override set(key: string, entry: Entry): void {
    super.set(key, entry)
    this.object[key] = entry
  }
  override delete(key: string): boolean {
    delete this.object[key]
    return super.delete(key)
  }
  override clear(): void {
    for (const key of Object.keys(this.object)) delete this.object[key]
    super.clear()
  }
}

class TagsOnAnObject extends MapStore {
  override hasTag(entry: Entry, tags: readonly string[]): boolean {
    const has: { [tag: string]: boolean } = {}
    for (const tag of entry.tags) has[tag] = true
    return tags.some((tag) => has[tag] === true)
  }
}

class NamingKeys extends MapStore {
  nameOf(key: string): string {
    return key
  }
  override get(key: string): Entry | undefined {
    return super.get(this.nameOf(key))
  }
  override set(key: string, entry: Entry): void {
    super.set(this.nameOf(key), entry)
  }
}

class Truncating extends NamingKeys {
  override nameOf(key: string): string {
    return key.slice(0, 255)
  }
}

class FoldingCase extends NamingKeys {
  override nameOf(key: string): string {
    return key.toLowerCase()
  }
}

class WritingLatin1 extends MapStore {
  override set(key: string, entry: Entry): void {
    super.set(key, JSON.parse(Buffer.from(JSON.stringify(entry), 'latin1').toString('latin1')) as Entry)
  }
}

class ForgettingFields extends MapStore {
  override set(key: string, { result, storedAt, freshUntil, keptUntil, loadMs, bytes, operation, tags }: Entry): void {
    super.set(key, { result, storedAt, freshUntil, keptUntil, loadMs, bytes, operation, tags })
  }
}

class PatternsAsExpressions extends MapStore {
  override fits(pattern: string, target: string): boolean {
    return new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 's').test(target)
  }
}

class StarsWithinALine extends MapStore {
  override fits(pattern: string, target: string): boolean {
    const source = pattern.split('*').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    return new RegExp(`^${source.join('.*')}$`).test(target)
  }
}

class StarsAtTheEnd extends MapStore {
  override fits(pattern: string, target: string): boolean {
    return pattern.endsWith('*') ? target.startsWith(pattern.slice(0, -1)) : target === pattern
  }
}

class FindingAnywhere extends MapStore {
  override fits(pattern: string, target: string): boolean {
    return pattern.split('*').every((part) => target.includes(part))
  }
}

class MatchingAnyField extends MapStore {
  override matches(match: Match, entry: Entry): boolean {
    const given = Object.entries(match) as Array<[keyof Match, never]>
    return given.length === 0 || given.some(([field, value]) => super.matches({ [field]: value }, entry))
  }
}

class EverythingByNoTag extends MapStore {
  override hasTag(entry: Entry, tags: readonly string[]): boolean {
    return tags.length === 0 || super.hasTag(entry, tags)
  }
}

class NothingByNothing extends MapStore {
  override invalidate(match: Match): number {
    return Object.keys(match).length === 0 ? 0 : super.invalidate(match)
  }
}

class Miscounting extends MapStore {
  override invalidate(match: Match): number {
    super.invalidate(match)
    return 0
  }
}

class AlwaysDeleting extends MapStore {
  override delete(key: string): boolean {
    super.delete(key)
    return true
  }
}

class KeepingTheOldest extends MapStore {
  override set(key: string, entry: Entry): void {
    if (!this.entries.has(key)) super.set(key, entry)
  }
}

class CountingSets extends MapStore {
  sets = 0
  override set(key: string, entry: Entry): void {
    this.sets += 1
    super.set(key, entry)
  }
  override stats(): StoreStats {
    return { ...super.stats(), entries: this.sets }
  }
}

class TooSmall extends MapStore {
  override set(key: string, entry: Entry): void {
    if (this.entries.size < 999) super.set(key, entry)
  }
}

const everyInvalidation = storeContract((clock) => new MapStore(clock))
  .map(({ name }) => name)
  .filter((name) => name.startsWith('invalidates'))

describe('the contract of stores', () => {
  it.each<[string, (clock: Clock) => Maybe<Store>]>([
    ['answers at once', (clock) => new MapStore(clock)],
    ['answers later, with copies', remote],
    ['takes its time to open', async (clock) => remote(clock)],
  ])('is kept by one that %s', async (_, make) => {
    expect(await failuresOf(storeContract(make))).toEqual([])
  })

  it.each<[string, new (clock: Clock) => Store, readonly string[]]>([
    ['ignores keptUntil', IgnoringKeptUntil, [life]],
    ['drops what is stale', DroppingStale, [life]],
    [
      'keeps the life of what was replaced',
      KeepingTheFirstExpiry,
      ['gives a replaced entry the life of its replacement'],
    ],
    [
      'keeps the oldest entry',
      KeepingTheOldest,
      [
        'keeps the newest of two entries for a key',
        'gives a replaced entry the life of its replacement',
        'does not match a tag of an entry that has been replaced',
      ],
    ],
    ['is an object', OnAnObject, ['has nothing for a key it was never given', odd]],
    ['has its tags on an object', TagsOnAnObject, [oddTags]],
    ['cuts long keys', Truncating, [odd]],
    ['takes upper for lower case', FoldingCase, [odd]],
    ['writes Latin-1', WritingLatin1, [fields, odd, oddTags]],
    ['forgets fields', ForgettingFields, [fields]],
    ['takes patterns for regular expressions', PatternsAsExpressions, []],
    [
      'ends a star at the end of a line',
      StarsWithinALine,
      [
        'invalidates by pattern',
        'invalidates by a lone star whatever has a target',
        'invalidates by a pattern whose star stands for nothing',
      ],
    ],
    [
      'knows stars at the end only',
      StarsAtTheEnd,
      ['invalidates by a pattern with several stars', 'invalidates by a pattern whose star stands for nothing'],
    ],
    ['finds patterns anywhere', FindingAnywhere, ['invalidates by a pattern without a star, exactly']],
    ['matches any field', MatchingAnyField, ['invalidates by all fields given, together']],
    ['drops everything for an empty list of tags', EverythingByNoTag, ['invalidates nothing by no tag at all']],
    ['drops nothing when nothing is asked for', NothingByNothing, ['invalidates everything when nothing is asked for']],
    ['does not count what it drops', Miscounting, everyInvalidation],
    ['always says it deleted something', AlwaysDeleting, ['forgets a deleted key, and says whether there was one']],
    [
      'finds replaced entries by their old tags',
      OverlookingReplacement,
      ['does not match a tag of an entry that has been replaced'],
    ],
    [
      'finds deleted and cleared entries by their tags',
      OverlookingDeletion,
      ['does not match a tag of an entry that has been deleted', 'is empty after clear, and usable'],
    ],
    ['counts what it was given', CountingSets, []],
    ['has room for less than a thousand entries', TooSmall, ['keeps a thousand entries apart']],
  ])('is broken by one that %s', async (_, Faulty, broken) => {
    const failures = await failuresOf(storeContract((clock) => new Faulty(clock)))
    expect(failures.toSorted()).toEqual(broken.toSorted())
  })

  it('closes the store after each case, also after one that fails', async () => {
    let open = 0
    let closed = 0
    class Closing extends IgnoringKeptUntil {
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
