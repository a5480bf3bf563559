/** What has happened in a pool since it was opened. */
export interface Tally {
  /** Tasks that were asked for. */
  tasks: number
  /** Tasks that gave a result, those that ran inline included. */
  finished: number
  /** Tasks that threw, or could not be run as they are written. */
  failed: number
  /** Tasks that were stopped while they ran, and their threads with them. */
  stopped: number
  /** Tasks that never began: too many waited, or it was too late. */
  refused: number
  /** Tasks whose callers left while they waited. */
  left: number
  /** Tasks that ran in the thread of the caller. */
  inline: number
}

export const newTally = (): Tally => ({
  tasks: 0,
  finished: 0,
  failed: 0,
  stopped: 0,
  refused: 0,
  left: 0,
  inline: 0,
})
