import type { Cancellation } from '@millrace/core'
import { events } from '../report.ts'

/** How a source is worked through. */
export interface Reading<Item> {
  readonly maxConcurrent: number
  readonly work: (item: Item, index: number) => Promise<void>
  /** Has it read no more, and close the source. */
  readonly ending: Cancellation
  /** Told how many items there were. */
  readonly onRead: (count: number) => void
}

/**
 * Works on what a source gives, so many items at a time. It reads one after the other, and only once there is room to work
 * on it.
 *
 * @throws (rejects) what the source throws, or the work on the first item that failed
 */
export const workThrough = <Item>(
  source: AsyncIterable<Item>,
  { maxConcurrent, work, ending, onRead }: Reading<Item>,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const items = source[Symbol.asyncIterator]()
    let [index, running] = [0, 0]
    let [isReading, isRead] = [false, false]
    const read = async (): Promise<void> => {
      if (isReading || isRead || ending.isAborted || running >= maxConcurrent) return
      isReading = true
      try {
        const { done, value } = await items.next()
        isRead = Boolean(done)
        if (isRead) onRead(index)
        else if (!ending.isAborted) begin(value as Item)
      } catch (error) {
        isRead = true
        reject(error)
      }
      isReading = false
      if (isRead && running === 0) resolve()
      void read()
    }
    const begin = (item: Item): void => {
      running += 1
      work(item, index).then(() => {
        running -= 1
        if (isRead && running === 0) resolve()
        void read()
      }, reject)
      index += 1
    }
    ending.subscribe(() => void close(items, isRead))
    void read()
  })

/** Closes a source that nobody has begun to read. */
export const closeUnread = (source: AsyncIterable<unknown> & { readonly destroy?: unknown }): void => {
  // What Node makes of a stream is a generator, which does nothing when it is closed before it has begun.
  if (typeof source.destroy === 'function') source.destroy()
  else void close(source[Symbol.asyncIterator](), false)
}

const close = async <Item>(items: AsyncIterator<Item>, isRead: boolean): Promise<void> => {
  if (isRead) return
  try {
    await items.return?.()
  } catch (error) {
    // Everybody has been answered by now.
    if (events.hasSubscribers) events.publish({ type: 'mapLimit.sourceFailed', error })
  }
}
