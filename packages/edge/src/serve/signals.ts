/** What to do at signals of the process. */
export interface OnSignals {
  /** At the first one. */
  readonly first: () => void
  /** At another one, once its sender has seen that the first did not do. */
  readonly again: () => void
}

// A terminal's Ctrl-C reaches a process itself and, through npm, once more.
const echoMs = 500

/** Hears signals until it is stopped. @returns what stops it */
export const onSignals = (signals: readonly NodeJS.Signals[] | false, { first, again }: OnSignals): (() => void) => {
  const names = signals === false ? [] : signals
  let firstAt: number | undefined
  const hear = (): void => {
    if (firstAt === undefined) {
      firstAt = performance.now()
      first()
    } else if (performance.now() - firstAt >= echoMs) again()
  }
  for (const name of names) process.on(name, hear)
  return () => {
    for (const name of names) process.off(name, hear)
  }
}
