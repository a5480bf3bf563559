import { SnapshotCounter } from './snapshotCounter.ts'
import type { ClassCount } from './snapshotCounter.ts'

/**
 * Counts what is on the heap, by class. V8 collects garbage first and stops the process while it looks; what it writes is
 * counted as it comes, and kept nowhere.
 */
export const census = async (): Promise<ReadonlyMap<string, ClassCount>> => {
  const { getHeapSnapshot } = await import('node:v8')
  const counter = new SnapshotCounter()
  for await (const chunk of getHeapSnapshot().setEncoding('utf8')) counter.write(chunk as string)
  return counter.counts()
}

/** What there is more of than before. */
export interface Growth {
  readonly name: string
  readonly objects: number
  readonly bytes: number
  readonly grewObjects: number
  readonly grewBytes: number
}

/** The classes that have grown most, in bytes. */
export const growth = (
  before: ReadonlyMap<string, ClassCount>,
  now: ReadonlyMap<string, ClassCount>,
): readonly Growth[] =>
  Array.from(now, ([name, { objects, bytes }]) => {
    const was = before.get(name) ?? { objects: 0, bytes: 0 }
    return { name, objects, bytes, grewObjects: objects - was.objects, grewBytes: bytes - was.bytes }
  })
    .filter(({ grewBytes }) => grewBytes > 0)
    .toSorted((a, b) => b.grewBytes - a.grewBytes)
    .slice(0, shownClasses)

const shownClasses = 30
