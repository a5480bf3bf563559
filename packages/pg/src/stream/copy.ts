import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Desk } from '../query/execution.ts'
import type { Scope } from '../query/scope.ts'
import { Copying } from './copying.ts'
import type { Pieces } from './pieces.ts'

/**
 * Feeds `COPY … FROM STDIN`; the source is asked for more only as fast as the server takes it.
 *
 * @returns how many rows it was
 */
export const copyFrom = async (desk: Desk, text: string, source: Pieces, scope: Scope): Promise<number> => {
  const { from } = (await import('pg-copy-streams')).default
  const copying = await Copying.begin(desk, scope)
  const { meter } = copying
  const passing = new Transform({
    transform: (piece, _, done) => {
      meter.moved()
      done(null, piece)
    },
  })
  const target = copying.submit(from(text))
  // Who has nothing to send waits for itself, not for the server.
  meter.isOurTurn = () => !passing.writableEnded && passing.writableLength === 0 && target.writableLength === 0
  copying.onGiveUp = () => passing.destroy(new Error('the copy was given up'))
  let isComplete = false
  try {
    // A source that does not let go keeps nobody waiting.
    await Promise.race([pipeline(Readable.from(source), passing, target), copying.givenUp])
    isComplete = true
    return target.rowCount
  } catch (error) {
    throw copying.explain(error)
  } finally {
    await copying.end(isComplete)
  }
}

/**
 * What `COPY … TO STDOUT` gives, in pieces cut anywhere; the server is read only as fast as they are taken. The
 * connection is given back when the last piece was taken, when the loop is left, and when the scope is aborted.
 */
export async function* copyTo(desk: Desk, text: string, scope: Scope): AsyncGenerator<Buffer, void, undefined> {
  const { to } = (await import('pg-copy-streams')).default
  const copying = await Copying.begin(desk, scope)
  const { meter } = copying
  const source = copying.submit(to(text))
  // Not destroyed, as it would take what the server still says to its grave: read to the end, and thrown away.
  const discard = (): void => {
    source.removeAllListeners('readable')
    source.on('error', () => {}).on('data', () => {})
    source.resume()
  }
  let isTaken = true
  let isComplete = false
  let released: Promise<void> | undefined
  const release = (): Promise<void> => {
    if (!isComplete) discard()
    return (released ??= copying.end(isComplete))
  }
  // Whoever holds the pieces may have stopped asking for more, and would not notice.
  copying.onGiveUp = () => void release()
  meter.isOurTurn = () => !isTaken
  try {
    for await (const piece of source.iterator({ destroyOnReturn: false })) {
      meter.moved()
      isTaken = false
      yield piece as Buffer
      isTaken = true
    }
    isComplete = true
  } catch (error) {
    throw copying.explain(error)
  } finally {
    await release()
  }
}
