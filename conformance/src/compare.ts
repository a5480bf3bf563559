/** One verdict of a suite. The same check can occur several times in a scenario. */
export interface Check {
  readonly scenario: string
  readonly id: string
  readonly name: string
  readonly status: string
  readonly message?: string | undefined
}

/** The totals as the suites count them. */
export interface Totals {
  readonly passed: number
  readonly failed: number
}

/** The totals, and of how many scenarios. */
export interface Score extends Totals {
  readonly scenarios: number
}

/** A check that came out differently; `undefined` is a check that was not made. */
export interface Difference {
  readonly scenario: string
  readonly check: string
  readonly expected: string | undefined
  readonly actual: string | undefined
  readonly message?: string | undefined
}

/** Counts what passed and what failed. */
export function score(checks: readonly Check[]): Score {
  const count = (status: string): number => checks.filter((check) => check.status === status).length
  return {
    passed: count('SUCCESS'),
    failed: count('FAILURE'),
    scenarios: new Set(checks.map((check) => check.scenario)).size,
  }
}

/** Every check whose status differs, in the order of the scenarios; what a suite only notes (`INFO`) does not count. */
export function differences(expected: readonly Check[], actual: readonly Check[]): Difference[] {
  const before = byKey(expected)
  const after = byKey(actual)
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const was = before.get(key)
    const is = after.get(key)
    if (was?.status === is?.status) return []
    const scenario = (was ?? is)?.scenario ?? ''
    const check = key.slice(scenario.length + 1)
    return [{ scenario, check, expected: was?.status, actual: is?.status, message: is?.message ?? was?.message }]
  })
}

/** Whether a score is worse than it has to be. */
export function isBelow(actual: Totals, reference: Totals): boolean {
  return actual.passed < reference.passed || actual.failed > reference.failed
}

function byKey(checks: readonly Check[]): Map<string, Check> {
  const keyed = new Map<string, Check>()
  for (const check of checks) {
    if (check.status === 'INFO') continue
    const key = `${check.scenario} ${check.id} (${check.name})`
    let unique = key
    for (let count = 2; keyed.has(unique); count += 1) unique = `${key} #${count}`
    keyed.set(unique, check)
  }
  return keyed
}
