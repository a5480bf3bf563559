import { describe, expect, it } from 'vitest'
import type { Answer, Kind } from './answer.ts'
import { svgOf } from './picture.ts'
import { reportOf } from './report.ts'
import { secondsOf, summaryOf } from './summary.ts'

const answer = (askedAt: number, kind: Kind, tookMs: number): Answer => ({ askedAt, kind, tookMs })
const answers = [
  answer(0, 'answered', 10),
  answer(500, 'answered', 30),
  answer(999, 'gaveUp', 1000),
  answer(1000, 'refused', 2),
  answer(1500, 'failed', 5),
]

describe('a run', () => {
  it('is told second by second, each with the calls that were made in it', () => {
    expect(secondsOf(answers, 2)).toEqual([
      { asked: 3, answered: 2, p99Ms: 30 },
      { asked: 2, answered: 0, p99Ms: NaN },
    ])
  })

  it('is summed up for a stretch', () => {
    expect(summaryOf(answers, 0, 2)).toEqual({
      askedPerS: 2.5,
      answeredPerS: 1,
      p50Ms: 10,
      p99Ms: 30,
      kinds: { answered: 0.4, refused: 0.2, failed: 0.2, gaveUp: 0.2, unreachable: 0 },
      refusalP50Ms: 2,
      refusalP99Ms: 2,
    })
  })

  it('is reported beside the other one, with what callers were told', () => {
    const outcome = {
      overload: summaryOf(answers, 0, 2),
      after: summaryOf(answers, 0, 1),
      checks: { right: 3, refused: 2, timedOut: 1, wrong: [] },
      peakRssBytes: 100 * 2 ** 20,
      said: [['no database', 1]],
    } as const
    const lines = reportOf([
      { variant: 'without', ...outcome },
      { variant: 'with', ...outcome },
    ]).split('\n')
    expect(lines.map((line) => line.replace(/ {2,}/g, ' | '))).toEqual(
      expect.arrayContaining([
        'answered in time, per second | 1.0 | 1.0',
        'refused | 20.0 % | 20.0 %',
        'SDK client: right, refused, too late, wrong | 3, 2, 1, 0 | 3, 2, 1, 0',
        'What callers were told with the layers:',
        ' | 1 | no database',
      ]),
    )
  })
})

describe('the picture', () => {
  const run = secondsOf(answers, 2)

  it('draws both runs, and leaves out what was not answered', () => {
    const svg = svgOf({ without: run, with: run.toReversed(), capacity: 2 })
    expect(svg).toMatch(/^<svg [^>]*>\n[^]*<\/svg>\n$/)
    expect(svg).not.toContain('NaN')
    const lines = [...svg.matchAll(/<path d="([^"]*)" stroke="#(?:c0392b|1f6fb2)" stroke-width="2.5" stroke-linecap/g)]
    expect(lines.map(([, path]) => path?.match(/[ML]/g)?.join(''))).toEqual(['ML', 'ML', 'M', 'M'])
  })

  it('has more answers higher up', () => {
    const svg = svgOf({ without: run, with: run, capacity: 2 })
    const [, first, second] = /M[\d.]+ ([\d.]+) L[\d.]+ ([\d.]+)" stroke="#c0392b"/.exec(svg) ?? []
    expect(Number(first)).toBeLessThan(Number(second))
  })
})
