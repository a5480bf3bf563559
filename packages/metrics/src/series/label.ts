/** What stands for everything beyond the series that there may be. */
export const other = '(other)'

/**
 * A value as it may stand in a label. It is Unicode that can be written as UTF-8, so that two values never become one
 * series on the wire, and no longer than names are: label values live as long as the process, here and in Prometheus.
 */
export const labelOf = (value: string): string =>
  Buffer.from(value.length > maxLength ? `${value.slice(0, maxLength - 1)}…` : value).toString()

const maxLength = 128
