import { notificationText } from '../wire/era.ts'
import { judge } from '../wire/judge.ts'
import type { Lane, Reply } from '../wire/lane.ts'
import { textOf } from '../wire/request.ts'
import type { Prepared } from '../wire/request.ts'
import type { Program } from './program.ts'

/** A place in the traffic of a program: all lanes share its stdin and stdout. */
export const stdioLane = (program: Program, nextId: () => number): Lane => ({
  send: async (request: Prepared, timeoutMs: number): Promise<Reply> => {
    const id = nextId()
    const message = await program.ask(textOf(request, id), id, timeoutMs)
    if (message !== undefined) return { ending: judge(message), bytes: 0, message }
    if (program.gone !== undefined) {
      return { ending: { kind: 'transport', detail: 'the program has ended', message: program.gone }, bytes: 0 }
    }
    program.write(notificationText('notifications/cancelled', { requestId: id, reason: 'timed out' }))
    return { ending: { kind: 'timed out', detail: 'no answer in time' }, bytes: 0 }
  },
  close: async () => {},
})
