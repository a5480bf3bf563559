import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { DeclarationFile, Origin } from './declarations.ts'
import { declarationFile } from './declarations.ts'
import type { PublicPackage } from './workspace.ts'

/** Where a package's committed report lies. */
export function reportPath({ folder }: PublicPackage): string {
  return join(folder, 'api.md')
}

/** Why the committed report is not the one of the built declarations; nothing when it is. */
export function apiFaults(one: PublicPackage): string[] {
  const path = reportPath(one)
  if (!existsSync(path)) return ['has no api.md: run `npm run api`']
  return readFileSync(path, 'utf8') === apiReport(one)
    ? []
    : ['api.md is not current: run `npm run api` and review the change']
}

/** Everything a user can see of a built package: each entry point's exports, and the types these lead to. */
export function apiReport({ name, folder, entries }: PublicPackage): string {
  const parts = [
    `# API of \`${name}\`\n\nWritten by \`npm run api\` from the built declarations. A change here is a change for users.\n`,
  ]
  for (const [subpath, source] of Object.entries(entries)) {
    const path = join(folder, source.replace('/src/', '/dist/').replace(/\.ts$/, '.d.ts'))
    parts.push(`## \`${name}${subpath.slice(1)}\`\n\n\`\`\`ts\n${entryReport(path)}\n\`\`\`\n`)
  }
  return parts.join('\n')
}

function entryReport(path: string): string {
  const files = new Map<string, DeclarationFile>()
  const read = (from: string): DeclarationFile => {
    const file = files.get(from) ?? declarationFile(from)
    files.set(from, file)
    return file
  }
  const exported = [...exportsOf(path, read)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const seen = new Set(exported.map(([, origin]) => keyOf(origin)))
  const lines = exported.map(([name, origin]) => exportLine(name, origin, read))
  const hidden = reachable(
    exported.map(([, origin]) => origin),
    seen,
    read,
  )
  if (hidden.length > 0) lines.push('// Seen in the types above, not exported:', ...hidden)
  return lines.join('\n')
}

type Read = (path: string) => DeclarationFile

function exportsOf(path: string, read: Read): Map<string, Origin> {
  const file = read(path)
  const found = new Map<string, Origin>()
  for (const star of file.stars) {
    if (isAbsolute(star)) for (const [name, origin] of exportsOf(star, read)) found.set(name, origin)
    else found.set(`* from ${star}`, { from: star, name: '*' })
  }
  for (const [name, origin] of file.exported) found.set(name, resolved(origin, read))
  return found
}

/** Follows re-exports and imports to where a name is declared. */
function resolved(origin: Origin, read: Read): Origin {
  if (!isAbsolute(origin.from)) return origin
  const file = read(origin.from)
  if (file.declared.has(origin.name)) return origin
  const next = file.exported.get(origin.name) ?? file.imported.get(origin.name)
  if (next && keyOf(next) !== keyOf(origin)) return resolved(next, read)
  const imported = file.imported.get(origin.name)
  if (imported) return resolved(imported, read)
  for (const star of file.stars) {
    const found = isAbsolute(star) ? exportsOf(star, read).get(origin.name) : undefined
    if (found) return found
  }
  throw new Error(`${origin.from}: ${origin.name} is exported and not declared`)
}

function exportLine(name: string, { from, name: original }: Origin, read: Read): string {
  if (original === '*') return `export * from '${from}'`
  const alias = name === original ? name : `${original} as ${name}`
  if (!isAbsolute(from)) return `export { ${alias} } from '${from}'`
  const text = read(from).declared.get(original)!
  return name === original
    ? text.replaceAll(/^(?=\S)(?![})])/gm, 'export ')
    : `${text}\nexport { ${original} as ${name} }`
}

/** Declarations that exported ones mention without being exported themselves. */
function reachable(origins: readonly Origin[], seen: Set<string>, read: Read): string[] {
  const found: string[] = []
  const waiting = [...origins]
  for (let origin = waiting.shift(); origin; origin = waiting.shift()) {
    if (!isAbsolute(origin.from)) continue
    const file = read(origin.from)
    for (const name of file.mentions.get(origin.name) ?? []) {
      if (!file.declared.has(name) && !file.imported.has(name)) continue
      const next = resolved({ from: file.path, name }, read)
      if (!isAbsolute(next.from) || seen.has(keyOf(next))) continue
      seen.add(keyOf(next))
      waiting.push(next)
      found.push(read(next.from).declared.get(next.name)!)
    }
  }
  return found.toSorted()
}

function keyOf({ from, name }: Origin): string {
  return `${from}#${name}`
}
