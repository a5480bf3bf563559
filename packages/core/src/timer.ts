/** Something that will run. */
export interface Timer {
  /** Forgets it; does nothing when it has run or was cancelled before. */
  cancel(): void
}
