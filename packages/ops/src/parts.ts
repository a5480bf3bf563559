import { dashboard } from './dashboard/dashboard.ts'
import { probes } from './health/probes.ts'
import { HealthReporter } from './health/report.ts'
import type { Part } from './listener/part.ts'
import type { Settings } from './options.ts'
import { ofOneProcess } from './profile/parts.ts'
import { scrape } from './scrape/scrape.ts'
import { Counts } from './workers/counts.ts'
import { forwarding } from './workers/forward.ts'
import type { Workers } from './workers/workers.ts'

/** Everything that the listener answers: one part a line. */
export const partsOf = (settings: Settings, workers: Workers): readonly Part[] => {
  const { metrics, dashboard: shown } = settings
  const reporter = new HealthReporter(settings)
  const counted = metrics === undefined ? undefined : { metrics, counts: new Counts(metrics, workers) }
  const { slow, parts } = ofOneProcess(settings)
  return [
    probes(settings, reporter, workers),
    ...(counted === undefined ? [] : [scrape(counted.metrics, counted.counts)]),
    ...(counted === undefined || shown === undefined
      ? []
      : [dashboard(shown, { ...counted, reporter, workers, slow }, settings)]),
    ...parts.map((part) => forwarding(part, workers)),
  ]
}
