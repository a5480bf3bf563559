import type { Group } from '../case.ts'
import type { Guard } from '../peers/guard.ts'
import { meters } from '../peers/meters.ts'
import { compared, quiet } from '../peers/quiet.ts'

/** The handler alone, awaited as the others are. */
const bare: Guard = { name: 'nothing', open: async (handler) => ({ run: handler }) }

/** What it costs to count a call, next to what others count with. */
export const group: Group = {
  name: 'metrics',
  module: import.meta.url,
  cases: [...compared('a call counted', meters, 0.3), quiet('a call counted', bare, meters[0] as Guard)],
}
