import { Chart } from './chart.js'
import { byId } from './dom.js'
import { bytes, ms, percent, rate } from './format.js'

/** @typedef {import('../view/snapshot.ts').Point} Point @typedef {import('../view/snapshot.ts').Snapshot} Snapshot */

const outcomes = [
  ['ok', 'ok'],
  ['input required', 'inputRequired'],
  ['cancelled', 'cancelled'],
  ['tool error', 'toolError'],
  ['rejected', 'rejected'],
  ['abandoned', 'abandoned'],
  ['failed', 'failed'],
]

/** The charts, which all point to the same moment. */
export const charts = () => {
  const calls = new Chart({
    title: 'Calls',
    unit: 'per second, by outcome',
    isStacked: true,
    format: rate,
    top: 1,
    series: outcomes.map(([name = '', outcome = '']) => ({
      name,
      kind: outcome,
      of: ({ rates }) => rates[outcome] ?? 0,
    })),
  })
  const latency = new Chart({
    title: 'Latency',
    isLogarithmic: true,
    format: ms,
    series: [
      { name: 'p50', kind: 'p50', of: ({ p50Ms }) => p50Ms },
      { name: 'p95', kind: 'p95', of: ({ p95Ms }) => p95Ms },
      { name: 'p99', kind: 'p99', of: ({ p99Ms }) => p99Ms },
    ],
  })
  const hits = new Chart({
    title: 'Cache',
    unit: 'hit rate',
    format: percent,
    top: 1,
    series: [{ name: 'hits', kind: 'hits', of: ({ hitRatio }) => hitRatio }],
  })
  const load = new Chart({
    title: 'Load',
    unit: 'calls under way',
    format: rate,
    top: 4,
    series: [
      { name: 'in flight', kind: 'p50', of: ({ inFlight }) => inFlight },
      { name: 'waiting', kind: 'p95', of: ({ waiting }) => waiting },
    ],
  })
  const memory = new Chart({
    title: 'Memory',
    format: bytes,
    isBinary: true,
    series: [
      { name: 'resident', kind: 'resident', of: ({ rssBytes }) => rssBytes },
      { name: 'heap', kind: 'p50', of: ({ heapUsedBytes }) => heapUsedBytes },
    ],
  })
  const loop = new Chart({
    title: 'Event loop',
    unit: 'late by, 99 of 100 times less',
    format: ms,
    top: 20,
    series: [{ name: 'delay', kind: 'p95', of: ({ loopDelayMs }) => loopDelayMs }],
  })
  const all = [calls, latency, hits, load, memory, loop]
  for (const chart of all) chart.onPoint = (at) => all.forEach((one) => one.point(at))
  calls.element.classList.add('is-large')
  latency.element.classList.add('is-large')
  byId('charts').append(...all.map(({ element }) => element))
  return {
    /** @param {readonly Point[]} points @param {Snapshot} snapshot */
    show: (points, { targets }) => {
      latency.show(points, targets.p95Ms)
      hits.show(points, targets.hitRatio)
      for (const chart of [calls, load, memory, loop]) chart.show(points)
    },
  }
}
