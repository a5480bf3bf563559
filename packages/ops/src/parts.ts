import { probes } from './health/probes.ts'
import type { Part } from './listener/part.ts'
import type { Settings } from './options.ts'
import { profiles } from './profile/profiles.ts'
import { Turn } from './profile/turn.ts'
import { scrape } from './scrape/scrape.ts'

/** Everything that the listener answers: one part a line. */
export const partsOf = (settings: Settings): readonly Part[] => [
  probes(settings),
  ...(settings.metrics === undefined ? [] : [scrape(settings.metrics)]),
  ...(settings.hasProfile ? [profiles(settings, new Turn())] : []),
]
