import type { Totals } from './compare.ts'
import type { Line } from './line.ts'

/** An official suite, at one revision of the protocol. */
export interface Suite {
  readonly title: string
  /** The package that holds its command. */
  readonly package: string
  /** What its command takes besides the address of the server. */
  readonly args: readonly string[]
  /** What the bare server of each line scores at least; a line without one does not speak the revision. */
  readonly reference: Partial<Record<Line, Totals>>
}

/** The suites in the order of the table. */
export const suites: readonly Suite[] = [
  {
    title: '0.1.16',
    package: 'conformance-2025',
    args: [],
    reference: { v1: { passed: 40, failed: 0 }, v2: { passed: 40, failed: 0 } },
  },
  {
    title: '0.2.0-alpha.12 2025-11-25',
    package: 'conformance-2026',
    args: ['--requirements', '2025-11-25'],
    // SDK v1 lists its tools in JSON Schema draft 7, where an unscored scenario asks for 2020-12.
    reference: { v1: { passed: 77, failed: 1 }, v2: { passed: 84, failed: 0 } },
  },
  {
    title: '0.2.0-alpha.12 2026-07-28',
    package: 'conformance-2026',
    args: ['--requirements', '2026-07-28'],
    // The failures are the scenarios of the tasks extension, which is not scored and which SDK v2 does not implement.
    reference: { v2: { passed: 164, failed: 30 } },
  },
]
