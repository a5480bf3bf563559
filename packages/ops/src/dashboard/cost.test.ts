import { expect, it, onTestFinished } from 'vitest'
import { scene } from '../fixtures/scene.ts'
import { streamOf } from './fixtures/stream.ts'

const intervalMs = 2_000
const ticks = 60

it('20 open pages take less than 2 % of one core, what reads them here included', async () => {
  const { seen, clock, play, close } = await scene({ dashboard: { intervalMs } })
  onTestFinished(close)
  await play(130)
  const { url } = await seen.start()
  const streams = await Promise.all(Array.from({ length: 20 }, () => streamOf(url)))
  await Promise.all(streams.map((stream) => stream.next()))
  const before = process.cpuUsage()
  for (let tick = 0; tick < ticks; tick += 1) {
    clock.advance(intervalMs)
    await Promise.all(streams.map((stream) => stream.next()))
  }
  const { user, system } = process.cpuUsage(before)
  const percent = (user + system) / 1000 / ((ticks * intervalMs) / 100)
  expect(percent).toBeLessThan(2)
}, 60_000)
