import { parseArgs } from 'node:util'
import { type Line, lines } from './line.ts'
import { type VariantName, variants } from './variants.ts'

/** What the command line asks for; absent is everything. */
export interface Flags {
  readonly only?: Line | undefined
  readonly variant?: VariantName | undefined
  readonly verbose: boolean
}

/**
 * Reads the command line.
 * @throws Error in one line that names the flag and what it takes.
 */
export function readFlags(args: string[]): Flags {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      variant: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
  })
  return {
    only: choice('--only', values.only, lines),
    variant: choice('--variant', values.variant, Object.keys(variants) as VariantName[]),
    verbose: values.verbose,
  }
}

function choice<Value extends string>(
  flag: string,
  given: string | undefined,
  known: readonly Value[],
): Value | undefined {
  const value = known.find((name) => name === given)
  if (given !== undefined && value === undefined) throw new Error(`${flag} must be ${known.join(' or ')}, got ${given}`)
  return value
}
