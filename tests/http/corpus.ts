import type { Attack } from './attack.ts'
import * as bodies from './bodies.ts'
import type { Random } from './random.ts'
import * as requests from './requests.ts'

/** Makes one attack after the other. */
export const attack = (random: Random): Attack => random.of(kinds)(random)

// What is in order comes more often than any one fault, as faults must not harm it.
const kinds: ReadonlyArray<(random: Random) => Attack> = [
  bodies.valid,
  bodies.valid,
  ...Object.values(bodies),
  ...Object.values(requests),
]
