import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client'
import { expect, it } from 'vitest'
import { fakeProcess, lines, wholeOf } from '../fixtures/counting.ts'

/** A process that has metrics of prom-client beside ours. */
const beside = (worker: number) => {
  const registry = new Registry()
  const one = fakeProcess({ registry })
  const made = { help: 'Own.', registers: [registry] }
  const counter = new Counter({ ...made, name: 'own_total', labelNames: ['kind'] as const })
  counter.inc({ kind: 'x' }, worker)
  for (const aggregator of ['sum', 'min', 'max', 'average', 'first', 'omit'] as const) {
    const settings = { ...made, name: `own_${aggregator}`, aggregator }
    new Gauge(settings).set(worker)
  }
  new Histogram({ ...made, name: 'own_seconds', buckets: [1, 2] }).observe(worker)
  new Summary({ ...made, name: 'own_summary', percentiles: [0.5] }).observe(worker)
  return { ...one, counter }
}

it('adds up what stands beside our metrics, by the rules that prom-client has', async () => {
  const whole = wholeOf()
  const [one, two] = [beside(1), beside(3)]
  whole.take({ id: 'one', worker: '1' }, await one.sent())
  whole.take({ id: 'two', worker: '2' }, await two.sent())
  whole.take({ id: 'supervisor', worker: 'supervisor' }, await beside(5).sent())
  const shown = new Set(await lines(whole, 'own_'))
  for (const line of [
    'own_total{kind="x"} 9',
    'own_sum 4',
    'own_min 1',
    'own_max 3',
    'own_average 2',
    'own_first 1',
    'own_seconds_bucket{le="2"} 1',
    'own_seconds_count 3',
    'own_summary_sum 9',
  ]) {
    expect(shown).toContain(line)
  }
  expect(await lines(whole, 'own_omit', 'own_summary{')).toEqual([])
})

it('keeps what was counted when a process ends, counts anew or says nothing', async () => {
  const whole = wholeOf()
  const [one, two] = [beside(1), beside(3)]
  whole.take({ id: 'one', worker: '1' }, await one.sent())
  whole.take({ id: 'two', worker: '2' }, await two.sent())
  whole.end('one')
  two.counter.reset()
  two.counter.inc({ kind: 'x' })
  whole.take({ id: 'two', worker: '2' }, await two.sent())
  whole.silence('two')
  expect(await lines(whole, 'own_total', 'own_sum ')).toEqual(['own_total{kind="x"} 5'])
})

it('gives each line the labels that the registry gives all of them', async () => {
  const registry = new Registry()
  registry.setDefaultLabels({ region: 'eu' })
  const whole = wholeOf({ registry })
  whole.take({ id: 'one', worker: '1' }, await beside(1).sent())
  expect(await lines(whole, 'own_total')).toEqual(['own_total{kind="x",region="eu"} 1'])
})
