import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

/**
 * A page with another table between the markers of a name, `<!-- name: begin -->` and `<!-- name: end -->`.
 *
 * @throws Error when a marker is missing.
 */
export const withTable = (page: string, name: string, printed: string): string => {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The page has no ${begin} … ${end}`)
  return `${page.slice(0, from)}${begin}\n\n\`\`\`text\n${printed}\n\`\`\`\n\n${page.slice(to)}`
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
