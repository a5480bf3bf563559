import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CpuProfile } from '../profile/cpuProfile.ts'
import { cut, joined } from './cut.ts'

const node = (id: number, functionName: string, children: readonly number[] = []) => ({
  id,
  callFrame: { functionName, url: 'file:///app/a.js', lineNumber: 1 },
  children,
})

/** A sample each ten microseconds from 1,000 on. */
const profile = (samples: readonly number[]): CpuProfile => ({
  nodes: [node(1, '(root)', [2, 4]), node(2, 'handle', [3]), node(3, 'parse'), node(4, 'other')],
  startTime: 1_000,
  endTime: 1_000 + samples.length * 10,
  samples,
  timeDeltas: samples.map(() => 10),
})

const us = ({ timeDeltas = [] }: CpuProfile): number => timeDeltas.reduce((sum, one) => sum + one, 0)

const names = ({ nodes }: CpuProfile): string[] => nodes.map(({ callFrame }) => callFrame.functionName)

describe('a part of a profile', () => {
  it('has the samples of its time, with who called them, and nothing else', () => {
    const part = cut(profile([4, 3, 3, 2, 4]), 1_010, 1_030, 100)
    expect(part.samples).toEqual([3, 3])
    expect([part.startTime, part.endTime, us(part)]).toEqual([1_010, 1_030, 20])
    expect(part.nodes).toEqual([
      { ...node(1, '(root)', [2]), hitCount: 0 },
      { ...node(2, 'handle', [3]), hitCount: 0 },
      { ...node(3, 'parse'), hitCount: 2 },
    ])
  })

  it('is thinned out, and stands for the same time', () => {
    const part = cut(profile(Array.from({ length: 1_000 }, (_, at) => (at % 2 === 0 ? 3 : 4))), 0, 1e6, 100)
    expect([part.samples?.length, us(part)]).toEqual([100, 10_000])
  })

  it('of another time is empty', () => {
    const part = cut(profile([3, 4]), 5_000, 6_000, 100)
    expect([part.samples, names(part), us(part)]).toEqual([[], ['(root)'], 0])
    expect(cut({ nodes: [], startTime: 0, endTime: 1 }, 0, 1, 9)).toMatchObject({ nodes: [], samples: [] })
  })

  it('covers as much of the profile as its time does, whatever that is', () => {
    const moment = fc.integer({ min: 900, max: 1_600 })
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 2, max: 4 }), { maxLength: 50 }), moment, moment, (samples, a, b) => {
        const whole = profile(samples)
        const [from, to] = a < b ? [a, b] : [b, a]
        const part = cut(whole, from, to, 1_000)
        expect(us(part)).toBe(Math.max(0, Math.min(to, whole.endTime) - Math.max(from, whole.startTime)))
        const ids = new Set(part.nodes.map(({ id }) => id))
        expect(part.samples?.every((id) => ids.has(id))).toBe(true)
        expect(part.nodes.every(({ children = [] }) => children.every((child) => ids.has(child)))).toBe(true)
      }),
    )
  })
})

describe('two profiles', () => {
  it('are one, under one root', () => {
    const [first, second] = [cut(profile([2, 3]), 0, 1e6, 9), cut(profile([4, 1]), 0, 1e6, 9)]
    const both = joined(first, second)
    expect(names(both)).toEqual(['(root)', 'handle', 'parse', 'other'])
    const byId = new Map(both.nodes.map(({ id, callFrame }) => [id, callFrame.functionName]))
    expect(both.samples?.map((id) => byId.get(id))).toEqual(['handle', 'parse', 'other', '(root)'])
    expect(both.nodes[0]?.children?.map((id) => byId.get(id))).toEqual(['handle', 'other'])
    expect(us(both)).toBe(40)
  })

  it('of which one saw nothing are the other', () => {
    const [some, none] = [cut(profile([2]), 0, 1e6, 9), cut(profile([]), 0, 1e6, 9)]
    expect([joined(some, none), joined(none, some)]).toEqual([some, some])
    expect(joined(some, { nodes: [], startTime: 0, endTime: 0 })).toBe(some)
  })
})
