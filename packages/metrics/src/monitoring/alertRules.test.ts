import { describe, expect, it } from 'vitest'
import { alertCases } from '../fixtures/alertCases.ts'
import { checkRules, hasPromtool, testRules } from '../fixtures/promtool.ts'
import { alertRules, alerts } from '../monitoring.ts'
import { seriesOf } from './series.ts'

const rules = alertRules()

it('every alert has a case that fires and one that does not', () => {
  expect(Object.keys(alertCases).toSorted()).toEqual(
    alerts()
      .map(({ name }) => name)
      .toSorted(),
  )
})

it.skipIf(!hasPromtool)('promtool takes the rules (skipped without promtool)', () => {
  expect(checkRules(rules)).toBe('')
  expect(
    checkRules(alertRules({ p95Ms: 0.5, successRatio: 0.999, hitRatio: 1, matchers: `job=~"it's|b", zone!="c"` })),
  ).toBe('')
  expect(checkRules(rules.replace('sum by', 'sum bye'))).toContain('parse error')
})

describe.skipIf(!hasPromtool)('in promtool (skipped without promtool)', () => {
  it.each(alerts())('$name fires, and says so', ({ name, severity, action }) => {
    const { fires, labels, summary, at = 20 } = alertCases[name]!
    const expected = { labels: { ...labels, severity }, annotations: { summary, description: action } }
    expect(testRules(rules, { series: fires, at, alert: name, fires: [expected] })).toBe('')
  })

  it.each(alerts())('$name does not fire when things are well enough', ({ name }) => {
    const { quiet, at = 20 } = alertCases[name]!
    expect(testRules(rules, { series: quiet, at, alert: name, fires: [] })).toBe('')
  })

  it('looks only at the series that were asked for', () => {
    const name = 'MillraceNotReady'
    const series = alertCases[name]!.fires
    expect(testRules(alertRules({ matchers: 'job="other"' }), { series, at: 20, alert: name, fires: [] })).toBe('')
  })

  it('begins where it is told to', () => {
    const name = 'MillraceCallsSlowP95'
    const series = alertCases[name]!.fires
    expect(testRules(alertRules({ p95Ms: 5100 }), { series, at: 20, alert: name, fires: [] })).toBe('')
  })
})

it('rules are made of metrics and labels of the table, and of nothing else', () => {
  const series = seriesOf('')
  expect(() => series('mcp_reqests_total')).toThrow('There is no metric mcp_reqests_total in the table')
  expect(() => series('mcp_ready', 'outcome="ok"')).toThrow('The metric mcp_ready has no label outcome')
})

it.each([
  [{ p95Ms: 0 }, 'alertRules.p95Ms must be a number above 0, got 0'],
  [{ successRatio: 95 }, 'alertRules.successRatio must be a number from 0 to 1, got 95'],
  [{ matchers: '{job="a"}' }, 'alertRules.matchers must be matchers of PromQL without braces, such as job="mcp", got '],
  [
    { matchers: 'job="a"} or up{' },
    'alertRules.matchers must be matchers of PromQL without braces, such as job="mcp", got ',
  ],
  [{ p95: 1 }, 'alertRules.p95 is not an option; did you mean p95Ms?'],
])('rules say what is wrong with %o', (options, message) => {
  expect(() => alertRules(options as never)).toThrow(message)
})
