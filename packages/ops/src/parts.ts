import { dashboard } from './dashboard/dashboard.ts'
import { probes } from './health/probes.ts'
import { HealthReporter } from './health/report.ts'
import type { Part } from './listener/part.ts'
import type { Settings } from './options.ts'
import { profiles } from './profile/profiles.ts'
import { Turn } from './profile/turn.ts'
import { reports } from './report/reports.ts'
import { scrape } from './scrape/scrape.ts'
import { slowCallsPart } from './slow/part.ts'
import { SlowCalls } from './slow/slowCalls.ts'

/** Everything that the listener answers: one part a line. */
export const partsOf = (settings: Settings): readonly Part[] => {
  const { metrics, dashboard: shown, hasProfile } = settings
  const reporter = new HealthReporter(settings)
  const turn = new Turn()
  const slow = metrics && settings.slowCalls && new SlowCalls(settings.slowCalls, metrics, settings.clock)
  return [
    probes(settings, reporter),
    ...(metrics === undefined ? [] : [scrape(metrics)]),
    ...(metrics === undefined || shown === undefined ? [] : [dashboard(shown, metrics, settings, reporter, slow)]),
    ...(slow === undefined ? [] : [slowCallsPart(slow)]),
    ...(hasProfile ? [profiles(settings, turn)] : []),
    ...(hasProfile && metrics !== undefined ? [reports(metrics, settings, turn, slow)] : []),
  ]
}
