import { inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import fractal from '../src/tasks/fractal.ts'
import primes from '../src/tasks/primes.ts'

test('primes are counted', () => {
  expect(primes({ upTo: 100 }).content).toEqual([{ type: 'text', text: '25 primes up to 100' }])
})

test('the picture is a PNG, black inside the set and light outside', () => {
  const [image] = fractal({ width: 30 }).content
  const png = Buffer.from(image?.data ?? '', 'base64')
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([30, 20])
  const start = png.indexOf('IDAT') + 4
  const rows = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)))
  const at = (x: number, y: number): number => rows[y * 31 + 1 + x] ?? -1
  expect(at(22, 10)).toBe(0)
  expect(at(0, 0)).toBeGreaterThan(200)
})
