/** What a module exports, by name. */
export interface Exports {
  readonly [name: string]: unknown
}

/** Imports what a user named: the one place where a name is not a literal. */
export const imported = (url: string): Promise<Exports> => import(url) as Promise<Exports>
