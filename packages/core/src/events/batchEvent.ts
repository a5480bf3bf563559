/** What loaders, batchers, fan-outs and staged calls say. Numbers are absolute, at the moment of the event. */
export type BatchEvent =
  | { readonly type: 'batch.started'; readonly name: string; readonly items: number }
  | {
      readonly type: 'batch.settled'
      readonly name: string
      readonly items: number
      /** Items without a value: all of them when the batch as a whole went wrong. */
      readonly failed: number
      readonly tookMs: number
      /** What the batch as a whole failed with. */
      readonly error: unknown
    }
  | {
      readonly type: 'batch.rejected'
      readonly name: string
      /** Items that wait or run. */
      readonly pending: number
    }
  /** The `message` of `mapLimit` threw: progress is said without it. */
  | { readonly type: 'mapLimit.messageFailed'; readonly error: unknown }
  /** The source of the items could not be closed; its fan-out had ended before. */
  | { readonly type: 'mapLimit.sourceFailed'; readonly error: unknown }
  | {
      readonly type: 'staged.settled'
      readonly operation: string
      readonly steps: number
      readonly failed: number
      readonly skipped: number
      readonly tookMs: number
    }
