import { cancellation, kindOf } from '@millrace/core'
import { goneReason, isGone, onGone } from '../caller.ts'
import type { Caller } from '../caller.ts'
import { Progress } from '../mapLimit/progress.ts'
import type { Settings } from './options.ts'

/** As many rows as fit. */
export interface Page {
  /** The rows, a line each; empty when there are none. */
  readonly text: string
  readonly rows: number
  /** Of the text, in UTF-8. */
  readonly bytes: number
  /** The cursor of its last row, when more come after it. */
  readonly next: string | undefined
}

/**
 * Reads rows until the page is full, and closes their source: no row is read that was not asked for but the first one
 * that has no room.
 *
 * @throws (rejects) the reason why the caller has gone, at once; what the source, `cursorOf` and `format` throw; a
 *   TypeError when two rows have one cursor, or a row gives no line
 */
export const readPage = <Row>(
  settings: Settings<Row>,
  after: string | undefined,
  caller: Caller | undefined,
): Promise<Page> => {
  if (isGone(caller)) return Promise.reject(goneReason(caller))
  const ending = cancellation()
  return new Promise((resolve, reject) => {
    const stop = onGone(caller, (reason) => {
      ending.abort(reason)
      // A source may take its time before it hears of that.
      reject(reason)
    })
    const share = {
      get signal() {
        return ending.signal
      },
    }
    fill(
      settings,
      () => settings.rows(after, share),
      Progress.for(caller),
      () => ending.isAborted,
    )
      .then(resolve, reject)
      .finally(stop)
  })
}

const fill = async <Row>(
  { cursorOf, format, maxBytes, maxRows, message }: Settings<Row>,
  open: () => Iterable<Row> | AsyncIterable<Row>,
  progress: Progress | undefined,
  isOver: () => boolean,
): Promise<Page> => {
  const lines: string[] = []
  let bytes = 0
  let last: string | undefined
  let next: string | undefined
  const say = message && (() => message(lines.length))
  for await (const row of open()) {
    if (isOver()) break
    const line: unknown = format(row)
    if (typeof line !== 'string') throw new TypeError(`paged.format must give a string, got ${kindOf(line)}`)
    const size = Buffer.byteLength(line) + (lines.length === 0 ? 0 : 1)
    const cursor = String(cursorOf(row))
    if (cursor === last) throw new TypeError(`paged.cursorOf gave '${last}' for two rows: one of them would be lost`)
    if (lines.length > 0 && (bytes + size > maxBytes || lines.length >= maxRows)) {
      next = last
      break
    }
    lines.push(line)
    bytes += size
    last = cursor
    progress?.reached(lines.length, undefined, say)
  }
  progress?.reached(lines.length, lines.length, say)
  return { text: lines.join('\n'), rows: lines.length, bytes, next }
}
