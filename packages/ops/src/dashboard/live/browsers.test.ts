import type { ServerResponse } from 'node:http'
import { EventEmitter } from 'node:events'
import { manualClock } from '@millrace/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Browsers, eventOf } from './browsers.ts'
import { short } from './short.ts'

const page = () => {
  const writes: string[] = []
  const response = Object.assign(new EventEmitter(), {
    writableLength: 0,
    write: (bytes: unknown) => writes.push(String(bytes)),
    end: () => response.emit('close'),
    destroy: () => response.emit('close'),
  })
  return { writes, response: response as unknown as ServerResponse & { writableLength: number } }
}

it('leaves out who does not take what was sent before, and goes on when they do', () => {
  const browsers = new Browsers(manualClock())
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

it('sends away who has taken nothing for a minute, and nobody who was only slow', () => {
  const clock = manualClock()
  const browsers = new Browsers(clock)
  const [gone, slow] = [page(), page()]
  for (const { response } of [gone, slow]) {
    browsers.add(response, 'hello')
    response.writableLength = 1_000_000
  }
  for (let second = 0; second <= 60; second += 1) {
    slow.response.writableLength = second === 30 ? 0 : 1_000_000
    browsers.send(`${second}`)
    expect(browsers.count).toBe(second < 60 ? 2 : 1)
    clock.advance(1_000)
  }
  expect([gone.writes, slow.writes]).toEqual([['hello'], ['hello', '30']])
})

it('writes to every page that is open and takes it, and to no other, whoever comes and goes', () => {
  const step = fc.record({
    does: fc.constantFrom('open', 'leave', 'stall', 'drain', 'send'),
    which: fc.nat(20),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const browsers = new Browsers(manualClock())
      const pages: Array<ReturnType<typeof page> & { isOpen: boolean; expected: number }> = []
      for (const { does, which } of steps) {
        const one = pages[which % Math.max(1, pages.length)]
        if (does === 'open') {
          const made = { ...page(), isOpen: true, expected: 1 }
          pages.push(made)
          browsers.add(made.response, 'hello')
        } else if (does === 'leave' && one !== undefined) {
          one.isOpen = false
          one.response.emit('close')
        } else if (one !== undefined && (does === 'stall' || does === 'drain')) {
          one.response.writableLength = does === 'stall' ? 1_000_000 : 0
        } else if (does === 'send') {
          browsers.send('tick')
          for (const each of pages) if (each.isOpen && each.response.writableLength === 0) each.expected += 1
        }
        expect(pages.map(({ writes }) => writes.length)).toEqual(pages.map(({ expected }) => expected))
        expect(browsers.count).toBe(pages.filter(({ isOpen }) => isOpen).length)
      }
    }),
  )
})

it('writes events in one line of data', () => {
  expect(eventOf('tick', short({ text: 'a\nb' }))).toBe('event: tick\ndata: {"text":"a\\nb"}\n\n')
})

it('writes no more digits than a page shows, and whole moments', () => {
  expect(short({ a: 1.23456, b: 1_763_000_000_000.75, c: 12, d: 0.000123456, e: undefined })).toBe(
    '{"a":1.235,"b":1763000000001,"c":12,"d":0.0001235}',
  )
})
