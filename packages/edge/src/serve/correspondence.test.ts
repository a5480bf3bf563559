import { EventEmitter } from 'node:events'
import { manualClock } from '@millrace/core/testing'
import { expect, it } from 'vitest'
import type { Order } from './messages.ts'
import { Supervisor } from './supervisor.ts'

class Paper extends EventEmitter {
  readonly id: number
  readonly pid: number
  readonly place: number
  readonly orders: Order[] = []

  constructor(place: number) {
    super()
    this.id = this.pid = this.place = place
  }

  send(order: Order): void {
    this.orders.push(order)
  }
  kill(): void {}
}

const started = async (count: number) => {
  const papers: Paper[] = []
  const fork = (place: number) => {
    papers.push(new Paper(place))
    return papers.at(-1)!
  }
  const clock = manualClock()
  const supervisor = new Supervisor({ clock, patienceMs: 1000, silenceMs: Infinity, fork })
  const start = supervisor.start(count)
  for (const paper of papers) paper.emit('message', { millrace: 'ready', url: 'http://127.0.0.1:1/mcp' })
  await start
  return { papers, supervisor, clock }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

it('gives what comes in the place of a worker the same number, and says how far it is', async () => {
  const { papers, supervisor, clock } = await started(2)
  const seen = () => supervisor.workers.map(({ place, pid, state }) => [place, pid, state])
  expect(seen()).toEqual([
    [1, 1, 'ready'],
    [2, 2, 'ready'],
  ])
  papers[0]?.emit('exit', 1, null)
  expect(seen()).toEqual([[2, 2, 'ready']])
  clock.advance(200)
  expect(seen()).toEqual([
    [2, 2, 'ready'],
    [1, 1, 'starting'],
  ])
  void supervisor.close()
  expect([supervisor.isClosing, supervisor.wanted]).toEqual([true, 2])
  expect(seen().map(([, , state]) => state)).toEqual(['closing', 'closing'])
})

it('asks a worker what somebody wants to know, and says when it has ended instead', async () => {
  const { papers, supervisor } = await started(1)
  const [worker] = supervisor.workers
  const asked = worker!.ask('weight', { of: 'all' }, 1000)
  const { id } = papers[0]!.orders[0] as { id: string }
  expect(papers[0]!.orders).toEqual([{ millrace: 'ask', id, topic: 'weight', question: { of: 'all' } }])
  papers[0]!.emit('message', { millrace: 'answer', id, answer: 7 })
  expect(await asked).toBe(7)
  const late = worker!.ask('weight', null, 1000)
  papers[0]!.emit('exit', null, 'SIGKILL')
  await expect(late).rejects.toThrow('It has ended.')
})

it('lets those beside it answer what a worker asks, as long as they want to', async () => {
  const { papers, supervisor } = await started(1)
  const ask = async (id: string) => {
    papers[0]!.emit('message', { millrace: 'ask', id, topic: 'where', question: null })
    await turn()
    return papers[0]!.orders.at(-1)
  }
  expect(await ask('a')).toEqual({ millrace: 'answer', id: 'a', fault: 'Nobody answers that here.' })
  const stop = supervisor.answer('where', () => 'here')
  expect(await ask('b')).toEqual({ millrace: 'answer', id: 'b', answer: 'here' })
  stop()
  expect(await ask('c')).toMatchObject({ fault: 'Nobody answers that here.' })
})

it('tells what becomes of workers, and lets one go when nobody wants to ask it anything more', async () => {
  const { papers, supervisor, clock } = await started(1)
  const seen: string[] = []
  let isAsked = (): void => {}
  const stop = supervisor.watch({
    ready: ({ place }) => void seen.push(`ready ${place}`),
    leaving: () => new Promise((resolve) => (isAsked = resolve)),
    ended: ({ place }) => void seen.push(`ended ${place}`),
  })
  papers[0]!.emit('message', { millrace: 'done' })
  await turn()
  expect(papers[0]!.orders).toEqual([])
  isAsked()
  await turn()
  expect(papers[0]!.orders).toEqual([{ millrace: 'leave' }])
  papers[0]!.emit('exit', 0, null)
  clock.advance(200)
  papers[1]!.emit('message', { millrace: 'ready', url: 'http://127.0.0.1:1/mcp' })
  stop()
  papers[1]!.emit('exit', 0, null)
  expect(seen).toEqual(['ended 1', 'ready 1'])
})
