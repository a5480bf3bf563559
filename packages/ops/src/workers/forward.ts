import { Readable } from 'node:stream'
import type { SupervisedWorker, Supervision } from '@millrace/core'
import { sentence } from '../listener/answer.ts'
import type { Answer } from '../listener/answer.ts'
import type { Asked, Part, Route } from '../listener/part.ts'
import { supervisorLabel } from '@millrace/metrics'
import type { Piece } from './outbox.ts'
import type { Workers } from './workers.ts'

/** Has requests answered by one of the workers, where there are any: `?worker=2`, or by the first that there is. */
export const forwarding = (part: Part, workers: Workers): Part => ({
  ...part,
  routes: part.routes.map((route) => ({ ...route, handle: (request) => forward(route, request, workers) })),
})

const forward = async (route: Route, request: Asked, workers: Workers): Promise<Answer> => {
  const { supervision } = workers
  const chosen = new URL(request.url ?? '/', 'http://localhost').searchParams.get('worker')
  if (supervision === undefined) {
    return chosen === null ? route.handle(request) : sentence(404, 'There is one process alone here, and no workers.')
  }
  if (chosen === supervisorLabel) return route.handle(request)
  const worker = supervision.workers.find(
    ({ place, state }) => state === 'ready' && (chosen === null || String(place) === chosen),
  )
  return worker === undefined ? nobody(supervision, chosen) : answerOf(worker, route, request, workers)
}

const nobody = ({ workers }: Supervision, chosen: string | null): Answer => {
  const ready = workers.filter(({ state }) => state === 'ready').map(({ place }) => place)
  const which = [...ready.toSorted((a, b) => a - b), supervisorLabel].join(', ')
  if (chosen === null) return sentence(503, 'No worker takes calls at present.')
  return sentence(404, `There is no worker ${JSON.stringify(chosen.slice(0, 20))}: there is ${which}.`)
}

const answerOf = async (worker: SupervisedWorker, route: Route, request: Asked, workers: Workers): Promise<Answer> => {
  const id = Math.random().toString(36).slice(2)
  const drop = (): void => void workers.ask(worker, 'drop', { id }).catch(() => {})
  try {
    // What it is asked for may take minutes: whether it answers at all is found out first.
    await workers.ask(worker, 'hello', {})
    request.socket.once('close', drop)
    const { url = '/', headers } = request
    const asked = { id, path: route.path, url, accept: headers.accept }
    const { text, isLast, status, type, headers: own } = await workers.ask(worker, 'begin', asked, longestMs)
    const rest = isLast ? text : Readable.from(allOf(worker, workers, id, text))
    return { status, type, headers: { ...own, 'x-millrace-worker': String(worker.place) }, body: rest }
  } catch (error) {
    return sentence(503, `Worker ${worker.place}: ${(error as Error).message}`)
  } finally {
    request.socket.removeListener('close', drop)
  }
}

async function* allOf(worker: SupervisedWorker, workers: Workers, id: string, first: string): AsyncGenerator<string> {
  let isLast = false
  try {
    yield first
    while (!isLast) {
      const piece: Piece = await workers.ask(worker, 'next', { id }, pieceMs)
      isLast = piece.isLast
      yield piece.text
    }
  } finally {
    if (!isLast) workers.ask(worker, 'drop', { id }).catch(() => {})
  }
}

/** A report takes up to ten minutes, and then the heap may be counted. */
const longestMs = 900_000
/** V8 stops the process while it looks at the heap. */
const pieceMs = 60_000
