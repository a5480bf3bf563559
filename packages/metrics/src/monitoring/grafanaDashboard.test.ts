import { describe, expect, it } from 'vitest'
import { checkRules, hasPromtool } from '../fixtures/promtool.ts'
import { metricsTable } from '../index.ts'
import { grafanaDashboard } from '../monitoring.ts'
import type { Panel } from '../monitoring.ts'

const dashboard = grafanaDashboard()
const folded = (panel: Panel): readonly Panel[] => (panel['panels'] as readonly Panel[] | undefined) ?? []
const all = dashboard.panels.flatMap((panel) => [panel, ...folded(panel)])
const queries = all.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

describe('the dashboard of Grafana', () => {
  it('has a panel for every metric of the table, and no other', () => {
    const titles = dashboard.panels.flatMap(folded).map(({ title }) => title)
    expect(titles.toSorted()).toEqual(metricsTable.map(({ name }) => name).toSorted())
  })

  it('asks only for the job and the processes that are chosen', () => {
    expect(queries.length).toBeGreaterThan(metricsTable.length)
    for (const expr of queries) {
      const names = expr.match(/\b[a-z][a-z\d]*(_[a-z\d]+)+(?=\{)/g) ?? []
      expect(names.length, expr).toBeGreaterThan(0)
      expect(expr.split('job=~"$job",instance=~"$instance"').length - 1, expr).toBe(names.length)
    }
  })

  it('has panels with ids of their own that do not lie upon each other', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    const taken = new Set<string>()
    for (const { gridPos } of dashboard.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(x).toBeLessThan(24)
          expect(taken.has(`${x} ${y}`)).toBe(false)
          taken.add(`${x} ${y}`)
        }
      }
    }
  })

  it.skipIf(!hasPromtool)('asks in PromQL that promtool takes (skipped without promtool)', () => {
    const rules = queries.map((expr, at) => ({ record: `q${at}`, expr: expr.replaceAll('$__rate_interval', '5m') }))
    expect(checkRules(JSON.stringify({ groups: [{ name: 'queries', rules }] }))).toBe('')
    const wrong = [{ record: 'q', expr: 'sum by (a (b)' }]
    expect(checkRules(JSON.stringify({ groups: [{ name: 'queries', rules: wrong }] }))).not.toBe('')
  })
})
