import { probes } from './health/probes.ts'
import type { Part } from './listener/part.ts'
import type { Settings } from './options.ts'
import { scrape } from './scrape/scrape.ts'

/** Everything that the listener answers: one part a line. */
export const partsOf = (settings: Settings): readonly Part[] => [
  probes(settings),
  ...(settings.metrics === undefined ? [] : [scrape(settings.metrics)]),
]
