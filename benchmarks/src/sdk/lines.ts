import type { Line } from './line.ts'

export const lineNames = ['v1', 'v2'] as const

/** Imports one line, and nothing of the other. */
export const lineOf = async (name: Line['name']): Promise<Line> =>
  name === 'v1' ? (await import('./v1.ts')).line : (await import('./v2.ts')).line
