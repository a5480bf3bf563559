/** The lines of the official SDK. */
export const lines = ['v1', 'v2'] as const

/** A line of the official SDK. */
export type Line = (typeof lines)[number]
