import { getHeapSnapshot } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { census, growth } from './census.ts'
import { SnapshotCounter } from './snapshotCounter.ts'

class Planted {
  readonly 'a "quoted\n" name' = 1
}

const plant = (count: number): Planted[] => Array.from({ length: count }, () => new Planted())

const snapshot = async (): Promise<string> => {
  let text = ''
  for await (const chunk of getHeapSnapshot().setEncoding('utf8')) text += chunk as string
  return text
}

describe('what is counted of a heap snapshot', () => {
  it('is what stands in it, in pieces of whatever size', async () => {
    const kept = plant(100)
    const text = await snapshot()
    const {
      snapshot: head,
      nodes,
      strings,
    } = JSON.parse(text) as {
      snapshot: { meta: { node_fields: string[]; node_types: string[][] }; node_count: number }
      nodes: number[]
      strings: string[]
    }
    const [fields, object] = [head.meta.node_fields, head.meta.node_types[0]!.indexOf('object')]
    const planted = Array.from({ length: head.node_count }, (_, at) => at * fields.length).filter(
      (at) => nodes[at] === object && strings[nodes[at + fields.indexOf('name')]!] === 'Planted',
    )
    const bytes = planted.reduce((sum, at) => sum + nodes[at + fields.indexOf('self_size')]!, 0)
    for (const size of [text.length, 65_536, 1009]) {
      const counter = new SnapshotCounter()
      for (let at = 0; at < text.length; at += size) counter.write(text.slice(at, at + size))
      const counts = counter.counts()
      expect(counts.get('Planted')).toEqual({ objects: planted.length, bytes })
      expect([...counts.values()].reduce((sum, { objects }) => sum + objects, 0)).toBe(head.node_count)
    }
    expect(planted.length).toBeGreaterThanOrEqual(kept.length)
  }, 30_000)

  it('shows what has grown since', async () => {
    const kept = [plant(10)]
    const before = await census()
    kept.push(plant(500))
    const grown = growth(before, await census()).find(({ name }) => name === 'Planted')
    expect(grown?.grewObjects).toBe(500)
    expect(grown?.grewBytes).toBeGreaterThanOrEqual(500 * 16)
    expect(kept.flat().length).toBe(510)
  }, 30_000)
})
