import { columns } from '../bench/columns.ts'
import { grouped, ms, percent, rate } from '../bench/numbers.ts'
import { failureVerdict, metrics } from './comparison.ts'
import type { Comparison, Metric, Verdict } from './comparison.ts'

/** A comparison as people read it in a terminal. */
export const textComparison = (comparison: Comparison): string => {
  const { a, b, ratios, rounds } = comparison
  const rows = metrics.map((name) => {
    const { ratio, from, to } = ratios[name]
    return [
      name,
      shown(name, a.values[name]),
      shown(name, b.values[name]),
      times(ratio),
      `${times(from)} to ${times(to)}`,
    ]
  })
  const sides = [['A', a] as const, ['B', b] as const].map(
    ([letter, { target, server, protocol, calls, failed }]) =>
      `${letter}  ${target} · ${server} · ${protocol} · ${grouped(calls)} calls, ${grouped(failed)} failed`,
  )
  const head = ['ms', 'A', 'B', 'B / A', '95 % sure']
  return [...sides, '', ...columns([head, ...rows]), '', verdictText(comparison, rounds.length), ''].join('\n')
}

const shown = (name: Metric, value: number): string => (name === 'rate' ? `${rate(value)}/s` : ms(value))

const times = (ratio: number): string => ratio.toFixed(ratio < 10 ? 3 : 1)

const verdictText = (comparison: Comparison, rounds: number): string => {
  const { a, b, verdict, metric, ratios, tolerance } = comparison
  const { ratio, from, to } = ratios[metric]
  if (failureVerdict(comparison) !== undefined) {
    return `B is ${verdict}: ${percent(b.errorRatio)} of its calls failed, ${percent(a.errorRatio)} of those of A.`
  }
  const sure = `B has ${times(ratio)} times the ${metric} of A, surely ${times(from)} to ${times(to)} (${rounds} rounds).`
  return `${words[verdict]} ${sure}${verdict === 'same' ? ` Less than ${percent(tolerance)} is no difference.` : ''}`
}

const words: { readonly [Name in Verdict]: string } = {
  better: 'B is better:',
  worse: 'B is worse:',
  same: 'They are alike:',
  unsure: 'It cannot be told yet, more --rounds would:',
}
