import { afterEach, expect, it } from 'vitest'
import { liveIn } from './globals.ts'
import { VirtualTime } from './time.ts'

const time = new VirtualTime(Date.UTC(2026, 0))
let leave: () => void = () => {}
afterEach(() => leave())

it('a library that asks for the time or sets a timer gets virtual time', async () => {
  leave = liveIn(time)
  const began = performance.now()
  const seen: string[] = []
  setTimeout((word: string) => seen.push(`${word} at ${new Date().toISOString()}`), 1500, 'once')
  const every = setInterval(() => seen.push(`every at ${Date.now() - Date.UTC(2026, 0)}`), 1000)
  clearTimeout(setTimeout(() => seen.push('cleared'), 10))
  setTimeout(() => clearInterval(every), 2500).unref()
  await time.pass(5000)
  expect(seen).toEqual(['every at 1000', 'once at 2026-01-01T00:00:01.500Z', 'every at 2000'])
  expect(performance.now() - began).toBe(5000)
  expect(new Date(0).getTime()).toBe(0)
})

it('a timer that is refreshed starts again, and one that is too long comes at once as in Node', async () => {
  leave = liveIn(time)
  const began = time.now()
  const seen: number[] = []
  const first = setTimeout(() => seen.push(time.now() - began), 100)
  setTimeout(() => first.refresh(), 50)
  setTimeout(() => seen.push(time.now() - began), 2 ** 31)
  await time.pass(1000)
  expect(seen).toEqual([1, 150])
})

it('afterwards the real ones are back', () => {
  const real = [Date, setTimeout, clearTimeout, setInterval, clearInterval, performance.now]
  liveIn(time)()
  expect([Date, setTimeout, clearTimeout, setInterval, clearInterval, performance.now]).toEqual(real)
})
