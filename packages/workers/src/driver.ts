import type { Piscina, queueOptionsSymbol } from 'piscina'

/** The part of piscina that this package uses. */
export interface Driver {
  readonly Piscina: typeof Piscina
  readonly queueOptionsSymbol: typeof queueOptionsSymbol
}

/** Loads piscina when a pool is opened: importing this package starts nothing. */
export const driver = (): Promise<Driver> => import('piscina')

/** The module that every thread runs. It is a file of its own, also in what is published. */
export const threadFile = (): URL =>
  new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url)
