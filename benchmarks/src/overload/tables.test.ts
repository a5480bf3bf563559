import { describe, expect, it } from 'vitest'
import { rowsOf } from './bars.ts'
import type { Measures } from './measure.ts'
import { together } from './summary.ts'
import { tables } from './tables.ts'

const measures = (more: Partial<Measures>): Measures => ({
  goodput: 1000,
  p50Ms: 10,
  p99Ms: 90,
  shedRatio: 0.5,
  refusedRatio: 0.5,
  refusalP99Ms: 20,
  wastedRatio: 0,
  served: { critical: 0.95 },
  toolShare: { search: 0.95, report: 0.05 },
  recoveryS: 0.5,
  limit: 12,
  ...more,
})
const all = [measures({}), measures({ goodput: 900, served: {}, recoveryS: Infinity, refusalP99Ms: NaN })]

describe('what several seeds say together', () => {
  it('is a mean, of recoveries the slowest, and where one seed had nothing to count that of the others', () => {
    const one = together(all)
    expect(one).toMatchObject({ goodput: 950, recoveryS: Infinity, refusalP99Ms: 20, served: { critical: 0.475 } })
  })
})

describe('the bars', () => {
  const rows = (isConfigured: boolean, more: Partial<Measures>) =>
    Object.fromEntries(
      rowsOf('overload', { name: 'ours', isConfigured }, () => measures(more)).map((row) => [
        row.name.replace(': ours', ''),
        row,
      ]),
    )

  it('ask for enough goodput and for little waiting', () => {
    const good = rows(false, {})
    expect(good['4x: goodput']).toMatchObject({ median: 100, unit: '%', bar: 97, isMoreBetter: true, ok: true })
    expect(good['4x: p99']).toMatchObject({ median: 90, unit: 'ms', bar: 100, ok: true })
    const bad = rows(false, { goodput: 960, p99Ms: 101 })
    expect([bad['4x: goodput']?.ok, bad['4x: p99']?.ok]).toEqual([false, false])
  })

  it('hold a slow tool to its share, too much as well as too little', () => {
    const share = (report: number) =>
      rows(false, { toolShare: { report } })['2x, a slow tool: its share of the answers is off by']
    expect([share(0.041), share(0.039), share(0.061)].map((row) => row?.ok)).toEqual([true, false, false])
    expect(rows(false, { toolShare: {} })['2x, a slow tool: its share of the answers is off by']?.ok).toBe(false)
  })

  it('take a recovery that never came as missed, and what was not counted as not known', () => {
    expect(rows(false, { recoveryS: Infinity })['retry storm, no budget: back to normal after']?.ok).toBe(false)
    expect(rows(false, { p99Ms: NaN })['4x: p99']).not.toHaveProperty('ok')
  })

  it('ask only a queue that finds its limit what it makes of a wrong one', () => {
    expect(rows(false, {})).toHaveProperty('2x, limit 5: p99')
    expect(rows(true, {})).not.toHaveProperty('2x, limit 5: p99')
  })
})

describe('the tables', () => {
  it('have a line for each subject and a column for what was measured', () => {
    const lookup = (subject: string, scenario: string) =>
      scenario === '4x' && subject !== 'absent' ? measures({ p99Ms: subject === 'a' ? 90 : NaN }) : undefined
    expect(tables(['a', 'bb', 'absent'], lookup).split('\n').slice(0, 5)).toEqual([
      'goodput per second (of 1000) / p50 / p99 of answers in time, ms',
      '                    4x',
      'a       1000 / 10 / 90',
      'bb       1000 / 10 / -',
      'absent               -',
    ])
  })

  it('are empty when nothing was measured', () => {
    expect(tables(['a'], () => undefined)).toBe('')
  })
})
