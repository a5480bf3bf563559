import { isRecord } from '../../wire/judge.ts'
import type { Examination } from './patient.ts'

/** Tools that do not say whether they only read. */
export const annotations: Examination = ({ tools }) => {
  const silent = tools.filter(({ annotations }) => !isRecord(annotations) || annotations['readOnlyHint'] === undefined)
  if (silent.length === 0) return []
  return [
    {
      id: 'no-annotations',
      where: namesOf(silent),
      what: `${silent.length} of ${tools.length} tools do not say whether they only read.`,
      why: 'A tool that says nothing counts as one that writes: it is neither cached, nor repeated when it fails, and clients ask their users first.',
      change:
        'annotations: { readOnlyHint: true } for what only reads, { idempotentHint: true } for what may be repeated.',
    },
  ]
}

/** The first few names of a list. */
export const namesOf = (tools: ReadonlyArray<{ readonly name: string }>): string =>
  tools
    .slice(0, 5)
    .map(({ name }) => name)
    .join(', ') + (tools.length > 5 ? ' …' : '')
