import { type Check, differences, isBelow, score } from './compare.ts'
import type { Job, Round } from './run.ts'
import { variants } from './variants.ts'

/**
 * What is wrong with one round: a bare server below its reference, a variant that differs from the bare server in any
 * check, or one whose middleware was not in the way. One line each; none when the round is as it has to be.
 */
export function faults({ line, suite, variant }: Job, round: Round, bare: Round): string[] {
  const { seen, handled } = round.calls
  const { answers } = variants[variant]
  if (variant === 'bare') return shortfall(round, suite.reference[line])
  return [
    ...differences(bare.report.checks, round.report.checks).map(({ scenario, check, expected, actual, message }) => {
      const change = `${expected ?? 'absent'} became ${actual ?? 'absent'}`
      return `${scenario}: ${check}: ${change}${message === undefined ? '' : `: ${message}`}`
    }),
    ...(round.report.exitCode === bare.report.exitCode ? [] : [`the suite exits with ${round.report.exitCode}`]),
    ...(seen === 0 ? ['the middleware saw no call'] : []),
    ...(answers && handled >= seen ? [`all ${seen} calls reached a handler, none was answered before`] : []),
    ...(!answers && handled !== seen ? [`${handled} of ${seen} calls reached a handler`] : []),
  ]
}

/** What did not pass in a round, for a closer look. */
export function failures({ report }: Round): string[] {
  const isOpen = ({ status }: Check): boolean => status !== 'SUCCESS' && status !== 'INFO'
  return report.checks
    .filter(isOpen)
    .map(({ scenario, id, status, message = '' }) => `${status} ${scenario}: ${id}: ${message}`)
}

function shortfall({ report }: Round, reference = { passed: 0, failed: 0 }): string[] {
  const { passed, failed } = score(report.checks)
  const expected = `${reference.passed} passed, ${reference.failed} failed`
  return [
    ...(isBelow({ passed, failed }, reference) ? [`the reference is ${expected}`] : []),
    ...(report.exitCode === 0 ? [] : [`the suite exits with ${report.exitCode}`]),
  ]
}
