import { describe, expect, it } from 'vitest'
import { Server } from './server.ts'
import type { ServerOptions } from './server.ts'
import { VirtualTime } from './time.ts'

const with10ms = (options?: ServerOptions) => {
  const time = new VirtualTime(0)
  const server = new Server(time, options)
  const done: number[] = []
  const begin = (ms = 10) => server.begin(ms, () => void done.push(Number(time.now().toFixed(6))))
  return { time, server, done, begin }
}

describe('a simulated server', () => {
  it('works on as many jobs as it has slots at full speed', async () => {
    const { time, done, begin } = with10ms({ slots: 3 })
    begin(10)
    begin(20)
    begin(10)
    await time.pass(100)
    expect(done).toEqual([10, 10, 20])
  })

  it('shares its speed among more jobs than slots', async () => {
    const { time, done, begin } = with10ms({ slots: 2, contention: 0 })
    for (let job = 0; job < 4; job += 1) begin()
    await time.pass(100)
    expect(done).toEqual([20, 20, 20, 20])
  })

  it('loses speed with each job beyond its slots', async () => {
    const { time, done, begin } = with10ms({ slots: 2, contention: 0.1 })
    for (let job = 0; job < 4; job += 1) begin()
    await time.pass(100)
    expect(done).toEqual([24, 24, 24, 24])
  })

  it('gives a job that comes later its share from then on', async () => {
    const { time, done, begin } = with10ms({ slots: 1, contention: 0 })
    begin(10)
    await time.pass(5)
    begin(10)
    await time.pass(100)
    expect(done).toEqual([15, 20])
  })

  it('is slower while it is told so', async () => {
    const { time, server, done, begin } = with10ms()
    begin(10)
    await time.pass(5)
    server.slowdown = 3
    await time.pass(3)
    server.slowdown = 1
    await time.pass(100)
    expect(done).toEqual([12])
  })

  it('a job that is stopped leaves its speed to the others and says how much of it was done', async () => {
    const { time, server, done, begin } = with10ms({ slots: 1, contention: 0 })
    const [stopped, other] = [begin(10), begin(10)]
    await time.pass(8)
    expect(stopped.doneMs).toBe(4)
    stopped.stop()
    stopped.stop()
    expect(server.running).toBe(1)
    await time.pass(100)
    expect([stopped.doneMs, other.doneMs, done]).toEqual([4, 10, [14]])
    expect(server.running).toBe(0)
  })
})
