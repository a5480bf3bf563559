import { CommandError } from '../commandError.ts'

/**
 * Does something that waits for a server, until somebody has had enough.
 *
 * @param leave ends whatever is waited for
 * @throws CommandError when it was interrupted
 */
export const heeding = async <Result>(
  stop: AbortSignal,
  leave: () => void,
  run: () => Promise<Result>,
): Promise<Result> => {
  const interrupted = new CommandError('It was interrupted.')
  if (stop.aborted) {
    leave()
    throw interrupted
  }
  stop.addEventListener('abort', leave)
  try {
    const result = await run()
    if (!stop.aborted) return result
  } catch (error) {
    if (!stop.aborted) throw error
  } finally {
    stop.removeEventListener('abort', leave)
  }
  throw interrupted
}
