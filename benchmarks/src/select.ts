import type { Case, Group } from './case.ts'

/**
 * What `--only` means: a group when there is one of that name, else every case that contains it. A group that installs
 * something is left out unless it begins with its name.
 */
export const chosen = (groups: readonly Group[], only: string | undefined): readonly Choice[] => {
  const isGroup = groups.some(({ name }) => name === only)
  return groups
    .filter(({ name, installs }) => (isGroup ? name === only : installs === undefined || only?.startsWith(name)))
    .map((group) => ({ group, cases: isGroup || only === undefined ? group.cases : containing(group, only) }))
    .filter(({ cases }) => cases.length > 0)
}

/** A group, and its cases that are run. */
export interface Choice {
  readonly group: Group
  readonly cases: readonly Case[]
}

/** The cases that a text means, by name or by comparison, with the bases they are compared with. */
const containing = (group: Group, text: string): readonly Case[] => {
  const isMeant = (name: string) => `${group.name}: ${name}`.includes(text)
  const names = new Set(group.cases.map(({ name }) => name).filter(isMeant))
  for (const one of group.comparisons ?? []) {
    if (isMeant(one.name)) names.add(one.of).add(one.with)
  }
  const bases = new Set(group.cases.flatMap(({ name, base }) => (names.has(name) && base !== undefined ? [base] : [])))
  return group.cases.filter(({ name }) => names.has(name) || bases.has(name))
}

/** The cases that take turns: those with one base. */
export const setsOf = (cases: readonly Case[]): ReadonlyArray<readonly Case[]> => {
  const sets = new Map<string, Case[]>()
  for (const one of cases) {
    const base = one.base ?? one.name
    const set = sets.get(base)
    if (set === undefined) sets.set(base, [one])
    else set.push(one)
  }
  return [...sets.values()]
}
