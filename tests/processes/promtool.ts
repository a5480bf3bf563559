import { spawnSync } from 'node:child_process'

/** Whether Prometheus's own checker is here; Debian's package `prometheus` has it. */
export const hasPromtool: boolean = spawnSync('promtool', ['--version']).error === undefined

/** What `promtool check metrics` says of a scrape; empty when there is nothing to say. */
export const checked = (text: string): string => {
  const { stdout, stderr, status } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
  return status === 0 ? '' : `${stdout}${stderr}`
}
