import { fakeCall, manualClock } from '@millrace/core/testing'
import { expect, test } from 'vitest'
import { heldSite, site } from '../fixtures/site.ts'
import { eachUndici } from '../fixtures/versions.ts'

const turn = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise(setImmediate)
}

eachUndici((open) => {
  test('no head in time: timed out, and the connection is cut', async () => {
    const { origin, connections } = await site(() => {})
    const http = await open({ headersMs: 50 })
    await expect(http.request(origin)).rejects.toMatchObject({
      code: 'ERR_TIMED_OUT',
      kind: 'abandoned',
      cause: { code: 'UND_ERR_HEADERS_TIMEOUT' },
    })
    while ((await connections()) > 0) await new Promise(setImmediate)
    expect(http.stats()).toMatchObject({ timedOut: 1, failed: 1, cancelled: 0, active: 0 })
  })

  test('a body that stops: timed out, whole and streamed', async () => {
    const { origin } = await site((_, response) => void response.write('part'))
    const http = await open({ bodyMs: 50 })
    const late = { code: 'ERR_TIMED_OUT', cause: { code: 'UND_ERR_BODY_TIMEOUT' } }
    await expect(http.request(origin)).rejects.toMatchObject(late)
    const stream = http.stream(origin)
    await stream.next()
    await expect(stream.next()).rejects.toMatchObject(late)
  })

  test('a body that drips on and on: timed out as a whole', async () => {
    let drip: NodeJS.Timeout | undefined
    const { origin } = await site((request, response) => {
      drip = setInterval(() => response.write('.'), 5)
      request.once('close', () => clearInterval(drip))
    })
    const http = await open({ bodyMs: 500 })
    await expect(http.request(origin, { timeoutMs: 100 })).rejects.toMatchObject({
      message: 'The HTTP request took longer than 100 ms and has been given up.',
      code: 'ERR_TIMED_OUT',
    })
    expect(http.stats()).toMatchObject({ timedOut: 1, active: 0 })
  })

  test('requestMs counts in the pool’s own time', async () => {
    const { origin, arrived } = await heldSite()
    const clock = manualClock()
    const http = await open({ clock, requestMs: 1_000 })
    const request = http.request(origin)
    await arrived(1)
    clock.advance(999)
    expect(http.stats().active).toBe(1)
    clock.advance(1)
    await expect(request).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' })
    expect(clock.timers).toBe(0)
  })

  test('a call that is cancelled ends its request down to the socket', async () => {
    const { origin, held, arrived } = await heldSite()
    const http = await open()
    const call = fakeCall()
    const request = http.request(origin, call)
    await arrived(1)
    let isGone = false
    held[0]!.request.once('close', () => (isGone = true))
    const reason = new Error('the user left')
    call.abort(reason)
    await expect(request).rejects.toBe(reason)
    // undici before 7.16 says it a moment later.
    await turn(() => isGone && http.stats().connections === 0)
    expect(http.stats()).toMatchObject({ cancelled: 1, failed: 1, active: 0, connections: 0 })
  })

  test.each(['a text', undefined, { name: 'an object' }, new DOMException('x', 'AbortError')])(
    'a signal may abort with anything, such as %s, and whoever waits gets just that',
    async (reason) => {
      const { origin, held, arrived } = await heldSite()
      const http = await open()
      const controller = new AbortController()
      const request = http.request(origin, { signal: controller.signal })
      const stream = http.stream(origin, controller.signal)
      const first = stream.next()
      await arrived(2)
      for (const { response } of held) response.write('x')
      await first
      controller.abort(reason)
      await expect(request).rejects.toBe(controller.signal.reason)
      await expect(stream.next()).rejects.toBe(controller.signal.reason)
      await turn(() => http.stats().connections === 0)
    },
  )

  test('what is aborted before it begins is never sent', async () => {
    const { origin, asked } = await site((_, response) => response.end())
    const http = await open()
    await expect(http.request(origin, AbortSignal.abort('early'))).rejects.toBe('early')
    const call = fakeCall()
    call.abort('left')
    await expect(http.request(origin, { call })).rejects.toBe('left')
    expect(asked).toEqual([])
    expect(http.stats()).toMatchObject({ failed: 2, cancelled: 2 })
  })

  test('the deadline of a call bounds its request, and none that is over is sent', async () => {
    const { origin, asked } = await heldSite()
    const clock = manualClock()
    const http = await open({ clock })
    const call = fakeCall({ clock, deadline: 100 })
    const request = http.request(origin, call)
    await turn(() => asked.length === 1)
    clock.advance(100)
    await expect(request).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' })
    await expect(http.request(origin, call)).rejects.toMatchObject({ code: 'ERR_DEADLINE', kind: 'rejected' })
    expect(asked.length).toBe(1)
  })
})
