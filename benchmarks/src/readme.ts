import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

const begin = '<!-- table: begin -->'
const end = '<!-- table: end -->'

/**
 * The README with another table between its markers.
 *
 * @throws Error when a marker is missing.
 */
export const withTable = (readme: string, printed: string): string => {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The README has no ${begin} … ${end}`)
  return `${readme.slice(0, from)}${begin}\n\n\`\`\`text\n${printed}\n\`\`\`\n\n${readme.slice(to)}`
}

/** What it was measured on. */
export const machine = (): string =>
  [
    cpus()[0]?.model.trim() ?? process.arch,
    `${availableParallelism()} cores`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `${type()} ${release().split('-')[0]}`,
    `Node ${process.versions.node}`,
  ].join(', ')
