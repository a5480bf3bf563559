import { EventEmitter } from 'node:events'
import { subscribe } from '@millrace/core'
import type { EdgeEvent } from '@millrace/core'
import { manualClock } from '@millrace/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Order } from './messages.ts'
import { Supervisor } from './supervisor.ts'

class FakeProcess extends EventEmitter {
  readonly id: number
  readonly pid: number
  readonly orders: Order[] = []
  readonly signals: string[] = []

  constructor(id: number) {
    super()
    this.id = this.pid = id
  }

  send(order: Order): void {
    this.orders.push(order)
  }
  kill(signal: NodeJS.Signals): void {
    this.signals.push(signal)
    this.exit(null, signal)
  }
  ready(): void {
    this.emit('message', { millrace: 'ready', url: 'http://127.0.0.1:1/mcp' })
  }
  exit(code: number | null, signal: string | null = null): void {
    this.emit('exit', code, signal)
  }
}

const supervised = (silenceMs = Infinity) => {
  const clock = manualClock()
  const processes: FakeProcess[] = []
  const fork = () => {
    const process = new FakeProcess(processes.length)
    processes.push(process)
    return process
  }
  return { clock, processes, supervisor: new Supervisor({ clock, patienceMs: 1000, silenceMs, fork }) }
}

const started = async (count: number, silenceMs?: number) => {
  const all = supervised(silenceMs)
  const start = all.supervisor.start(count)
  for (const process of all.processes) process.ready()
  await start
  return all
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a supervisor', () => {
  it('fails to start when a worker ends before it listens', async () => {
    const { processes, supervisor } = supervised()
    const start = supervisor.start(2)
    processes[0]?.exit(7)
    await expect(start).rejects.toThrow('serve: a worker ended before it listened (exit code 7)')
  })

  it('starts a crashed worker again, later each time, and soon again after it was stable', async () => {
    const { clock, processes } = await started(1)
    for (const delayMs of [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]) {
      const count = processes.length
      processes.at(-1)?.exit(1)
      clock.advance(delayMs - 1)
      expect(processes).toHaveLength(count)
      clock.advance(delayMs)
      expect(processes).toHaveLength(count + 1)
    }
    processes.at(-1)?.ready()
    clock.advance(10_000)
    const count = processes.length
    processes.at(-1)?.exit(1)
    clock.advance(200)
    expect(processes).toHaveLength(count + 1)
  })

  it('counts the crashes of each place by itself', async () => {
    const { clock, processes } = await started(2)
    for (const delayMs of [100, 200, 400]) {
      processes.at(-1)?.exit(1)
      clock.advance(delayMs + delayMs / 8)
    }
    const count = processes.length
    processes[0]?.exit(1)
    clock.advance(100 + 100 / 8)
    expect(processes).toHaveLength(count + 1)
  })

  it('kills a worker that says nothing any more, and says for how long', async () => {
    const { clock, processes, supervisor } = await started(2, 8000)
    const [lively, stuck] = processes as [FakeProcess, FakeProcess]
    const heard: Array<EdgeEvent> = []
    onTestFinished(subscribe('edge', (event) => void heard.push(event)))
    for (let n = 0; n < 100; n += 1) {
      lively.emit('message', { millrace: 'answer', id: 'nobody', answer: { active: 0, servers: 1, sessions: 0 } })
      clock.advance(100)
    }
    expect([lively.signals, stuck.signals]).toEqual([[], ['SIGKILL']])
    expect(heard).toEqual([expect.objectContaining({ type: 'edge.workerCrashed', worker: 1, signal: 'SIGKILL' })])
    expect((heard[0] as { readonly silentMs?: number }).silentMs).toBeGreaterThanOrEqual(8000)
    processes[2]?.ready()
    expect(supervisor.ready).toBe(2)
  })

  it('renews its workers one after the other, each when its successor listens', async () => {
    const { processes, supervisor } = await started(2)
    void supervisor.renew()
    await turn()
    expect(processes.map(({ orders }) => orders.length)).toEqual([0, 0, 0])
    processes[2]?.ready()
    await turn()
    expect(processes.map(({ orders }) => orders.length)).toEqual([1, 0, 0, 0])
    processes[0]?.exit(0)
    processes[3]?.ready()
    await turn()
    expect(processes[1]?.orders).toEqual([{ millrace: 'close' }])
    processes[1]?.exit(0)
    expect(supervisor.ready).toBe(2)
  })

  it('keeps what works when a successor does not start', async () => {
    const { clock, processes, supervisor } = await started(2)
    const renewed = supervisor.renew()
    await turn()
    processes[2]?.exit(1)
    await renewed
    clock.advance(60_000)
    expect(processes).toHaveLength(3)
    expect(processes.slice(0, 2).flatMap(({ orders }) => orders)).toEqual([])
    expect(supervisor.ready).toBe(2)
  })

  it('keeps their number when old ones crash while they are renewed', async () => {
    const { clock, processes, supervisor } = await started(2)
    const renewed = supervisor.renew()
    await turn()
    // The one that is being replaced, and the one that comes next.
    processes[0]?.exit(1)
    processes[1]?.exit(1)
    processes[2]?.ready()
    await renewed
    clock.advance(100)
    processes[3]?.ready()
    clock.advance(60_000)
    expect([processes.length, supervisor.ready]).toEqual([4, 2])
  })

  it('starts one again that crashed while its successor failed to start', async () => {
    const { clock, processes, supervisor } = await started(1)
    const renewed = supervisor.renew()
    await turn()
    processes[0]?.exit(1)
    processes[1]?.exit(1)
    await renewed
    clock.advance(100)
    processes[2]?.ready()
    expect([processes.length, supervisor.ready]).toEqual([3, 1])
  })

  it('ends those that do not listen yet when it closes, and all at once when nobody wants to wait', async () => {
    const { processes, supervisor } = supervised()
    const start = supervisor.start(2)
    processes[0]?.ready()
    const closed = supervisor.close()
    expect(processes.map(({ signals }) => signals)).toEqual([[], ['SIGTERM']])
    supervisor.kill()
    await closed
    await expect(start).rejects.toThrow('serve: a worker ended before it listened (SIGTERM)')
    expect(processes.map(({ signals }) => signals)).toEqual([['SIGKILL'], ['SIGTERM']])
  })

  it('kills a worker that does not close in time, and starts none after', async () => {
    const { clock, processes, supervisor } = await started(2)
    const closed = supervisor.close()
    processes[0]?.exit(0)
    await turn()
    clock.advance(2000)
    await closed
    expect(processes.map(({ signals }) => signals)).toEqual([[], ['SIGKILL']])
    clock.advance(60_000)
    expect(processes).toHaveLength(2)
  })

  it('passes on what changed in one worker, and asks all of them how they are', async () => {
    const { processes, supervisor } = await started(3)
    const changed = { millrace: 'changed', change: { kind: 'resourceUpdated', uri: 'a:b' } } as const
    processes[1]?.emit('message', changed)
    expect(processes.map(({ orders }) => orders)).toEqual([[changed], [], [changed]])
    processes[1]?.emit('message', 'somebody else’s')
    const asked = supervisor.stats()
    for (const [index, process] of processes.entries()) {
      const id = (process.orders.at(-1) as { id: string }).id
      // One ends instead of answering.
      if (index === 2) process.exit(1)
      else process.emit('message', { millrace: 'answer', id, answer: { active: 1, servers: 2, sessions: 0 } })
    }
    expect((await asked).map(({ active }) => active)).toEqual([1, 1, 0])
  })

  it('does not wait for word of a worker that is busy with itself', async () => {
    const { clock, processes, supervisor } = await started(2)
    const asked = supervisor.stats()
    const [idle] = processes as [FakeProcess, FakeProcess]
    const { id } = idle.orders.at(-1) as { id: string }
    idle.emit('message', { millrace: 'answer', id, answer: { active: 1, servers: 2, sessions: 0 } })
    clock.advance(1000)
    expect((await asked).map(({ active }) => active)).toEqual([1, 0])
  })
})
