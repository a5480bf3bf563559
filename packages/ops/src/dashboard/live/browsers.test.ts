import type { ServerResponse } from 'node:http'
import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { Browsers, eventOf } from './browsers.ts'
import { short } from './short.ts'

const page = () => {
  const writes: string[] = []
  const response = Object.assign(new EventEmitter(), {
    writableLength: 0,
    write: (bytes: unknown) => writes.push(String(bytes)),
    end: () => response.emit('close'),
  })
  return { writes, response: response as unknown as ServerResponse & { writableLength: number } }
}

it('leaves out who does not take what was sent before, and goes on when they do', () => {
  const browsers = new Browsers()
  const [quick, slow] = [page(), page()]
  for (const { response } of [quick, slow]) browsers.add(response, 'hello')
  slow.response.writableLength = 1_000_000
  browsers.send('1')
  slow.response.writableLength = 0
  browsers.send('2')
  expect([quick.writes, slow.writes]).toEqual([
    ['hello', '1', '2'],
    ['hello', '2'],
  ])
  slow.response.emit('close')
  expect(browsers.count).toBe(1)
  browsers.close()
  expect(browsers.count).toBe(0)
})

it('writes events in one line of data', () => {
  expect(eventOf('tick', short({ text: 'a\nb' }))).toBe('event: tick\ndata: {"text":"a\\nb"}\n\n')
})

it('writes no more digits than a page shows, and whole moments', () => {
  expect(short({ a: 1.23456, b: 1_763_000_000_000.75, c: 12, d: 0.000123456, e: undefined })).toBe(
    '{"a":1.235,"b":1763000000001,"c":12,"d":0.0001235}',
  )
})
