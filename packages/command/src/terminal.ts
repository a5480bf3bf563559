/** Where a command writes to. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
}

/** What a command has around it. */
export interface Terminal {
  /** Gets what was asked for. */
  readonly stdout: Output
  /** Gets progress and complaints. */
  readonly stderr: Output
  /** Ends a running load when it is aborted; what was measured so far is reported. */
  readonly signal?: AbortSignal
}

/** The signal of a terminal; one that is never aborted where it has none. */
export const stopOf = ({ signal }: Terminal): AbortSignal => signal ?? new AbortController().signal
