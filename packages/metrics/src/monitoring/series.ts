import { metricsTable } from '../table/table.ts'

/** Writes how PromQL calls the series of a metric of the table. */
export type SeriesOf = (metric: string, ...matchers: readonly string[]) => string

/**
 * Series that all have these labels as well.
 *
 * @throws Error for a metric, or a label of one, that the table does not have
 */
export const seriesOf =
  (always: string): SeriesOf =>
  (metric, ...matchers) => {
    const row = metricsTable.find(({ name }) => name === metric.replace(/_(bucket|sum|count)$/, '') || name === metric)
    if (row === undefined) throw new Error(`There is no metric ${metric} in the table`)
    for (const matcher of matchers) {
      const label = /^\w+/.exec(matcher)?.[0] ?? ''
      if (!row.labels.includes(label)) throw new Error(`The metric ${metric} has no label ${label}`)
    }
    const all = [...matchers, always].filter((one) => one !== '').join(',')
    return all === '' ? metric : `${metric}{${all}}`
  }
