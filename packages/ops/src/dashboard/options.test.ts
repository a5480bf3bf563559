import { metrics, targets } from '@millrace/metrics'
import { breaker } from '@millrace/resilience'
import { describe, expect, it } from 'vitest'
import { ops } from '../index.ts'
import type { DashboardOptions } from '../index.ts'
import { dashboardSettingsOf } from './options.ts'

describe('options of the dashboard', () => {
  it.each([
    [{ name: '' }, "ops.dashboard.name must be a string that is not empty, got ''"],
    [{ targets: 3 }, 'ops.dashboard.targets must be what targets() gives, or goals, got 3'],
    [{ targets: { p95: 3 } }, 'ops.dashboard.targets.p95 is not an option; did you mean p95Ms?'],
    [{ targets: { hitRatio: 3 } }, 'ops.dashboard.targets.hitRatio must be a number from 0 to 1, got 3'],
    [{ breaker: {} }, 'ops.dashboard.breaker must be what breaker() gives or an array of breakers, got an object'],
    [{ breaker: null }, 'ops.dashboard.breaker must be what breaker() gives or an array of breakers, got null'],
    [{ intervalMs: 10 }, 'ops.dashboard.intervalMs must be a number from 100 to 60000, got 10'],
    [{ historyMs: 10 }, 'ops.dashboard.historyMs must be a number from 60000 to 86400000, got 10'],
    [
      { intervalMs: 100, historyMs: 600_000 },
      'ops.dashboard.historyMs must be at most 5000 times intervalMs (500000), got 600000',
    ],
    [{ title: 'x' }, 'ops.dashboard.title is not an option'],
  ])('%j: %s', (dashboard, message) => {
    expect(() => ops({ dashboard: dashboard as DashboardOptions })).toThrow(message)
  })

  it('are fine', () => {
    const guard = breaker()
    expect(dashboardSettingsOf({ breaker: guard }).breakers).toEqual([guard])
    expect(dashboardSettingsOf({ breaker: [guard, breaker()] }).breakers).toHaveLength(2)
    expect(dashboardSettingsOf({})).toEqual({
      name: 'MCP server',
      aims: { goals: {} },
      breakers: [],
      intervalMs: 2_000,
      historyMs: 600_000,
    })
    expect(() => ops({ dashboard: true as never })).toThrow('ops.dashboard must be false or an object, got true')
  })

  it('take what targets() gives, which says itself what is breached', () => {
    const numbers = metrics({ process: false })
    const aims = targets({ metrics: numbers, p95Ms: 200 })
    const settings = dashboardSettingsOf({ targets: aims })
    expect(settings.aims.goals).toEqual({ p95Ms: 200 })
    expect(settings.aims.breaches?.()).toEqual([])
    const state = { target: 'p95Ms', goal: 200, value: 300, of: undefined, isBreached: true, since: 1 } as const
    const missed = [state, { ...state, isBreached: false }, { ...state, value: undefined }]
    const breached = dashboardSettingsOf({ targets: { goals: {}, check: () => missed } })
    expect(breached.aims.breaches?.()).toEqual([{ target: 'p95Ms', goal: 200, value: 300, of: undefined }])
    aims.close()
    numbers.close()
  })
})
