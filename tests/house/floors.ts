import type { Tree } from './tree.ts'

/** The drawing that the floors are read from. */
export const drawing = 'docs/architecture.md'

/** What the drawing says: the floor of each package folder, and the third parties it may depend on. */
export interface House {
  readonly floors: ReadonlyMap<string, number>
  readonly thirdParties: ReadonlyMap<string, ReadonlySet<string>>
}

/**
 * Reads the house from its drawing: a line of the first code block is `2│ name │ words │`, a line without a number
 * belongs to the floor above it. The table below it gives each package's third parties.
 */
export function houseOf(tree: Tree): House {
  const text = tree.get(drawing)
  if (text === undefined) throw new Error(`${drawing} is missing: the floors are drawn there`)
  return { floors: floorsOf(text), thirdParties: thirdPartiesOf(text) }
}

function floorsOf(text: string): Map<string, number> {
  const floors = new Map<string, number>()
  let floor: number | undefined
  for (const line of (/^```\n([^]*?)^```/m.exec(text)?.[1] ?? '').split('\n')) {
    const row = /^ ?(\d)?[ ]*│ *([a-z][a-z0-9-]*) /.exec(line)
    if (!row) continue
    if (row[1] !== undefined) floor = Number(row[1])
    const name = row[2]!
    if (floor === undefined) throw new Error(`${drawing}: ${name} is drawn without a floor`)
    if (floors.has(name)) throw new Error(`${drawing}: ${name} is drawn twice`)
    floors.set(name, floor)
  }
  if (floors.size === 0) throw new Error(`${drawing}: no floor found in the first code block`)
  return floors
}

function thirdPartiesOf(text: string): Map<string, Set<string>> {
  const parties = new Map<string, Set<string>>()
  for (const row of text.matchAll(/^\| `(?:@millrace\/)?([a-z0-9-]+)` \|.*\|([^|\n]*)\|$/gm)) {
    parties.set(row[1]!, new Set([...row[2]!.matchAll(/`([^`]+)`/g)].map((name) => name[1]!)))
  }
  return parties
}
