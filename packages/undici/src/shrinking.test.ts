import { expect, test, vi } from 'vitest'
import { heldSite, site } from './fixtures/site.ts'
import { eachUndici } from './fixtures/versions.ts'

const ok = (_: unknown, response: { end(text: string): void }): void => response.end('ok')

eachUndici((open) => {
  test('told to hold less it closes what nobody uses, and what runs goes on', async () => {
    const [busy, quiet] = [await heldSite(), await site(ok)]
    const http = await open({ connections: 4 })
    await Promise.all(Array.from({ length: 4 }, () => http.request(quiet.origin)))
    const running = http.request(busy.origin)
    await busy.arrived(1)
    http.shrinkTo(0.5)
    await vi.waitFor(async () => expect(await quiet.connections()).toBe(0))
    expect(await busy.connections()).toBe(1)
    busy.held[0]!.response.end('late')
    expect((await running).text()).toBe('late')
    await vi.waitFor(() => expect(http.stats().connections).toBe(0))
  })

  test('who waits for its turn has it on a new connection', async () => {
    const { origin, held, arrived } = await heldSite()
    const http = await open({ maxConcurrent: 1 })
    const asked = [http.request(origin), http.request(origin)]
    await arrived(1)
    http.shrinkTo(0)
    held[0]!.response.end('first')
    await arrived(2)
    held[1]!.response.end('second')
    expect((await Promise.all(asked)).map((answer) => answer.text())).toEqual(['first', 'second'])
  })

  test('keeps no connection open that is not needed with a share of 0, and does with 1', async () => {
    const { origin, connections } = await site(ok)
    const http = await open({ connections: 1 })
    http.shrinkTo(0)
    await http.request(origin)
    await vi.waitFor(async () => expect(await connections()).toBe(0))
    http.shrinkTo(1)
    await http.request(origin)
    await http.request(origin)
    expect(http.stats()).toMatchObject({ opened: 2, connections: 1 })
  })

  test('what was given its dispatcher goes on with it', async () => {
    const { origin } = await site(ok)
    const http = await open()
    const asked = (): Promise<number> =>
      new Promise((resolve, reject) => {
        const handler = {
          onRequestStart: () => {},
          onResponseStart: (_: unknown, status: number) => resolve(status),
          onResponseData: () => {},
          onResponseEnd: () => {},
          onResponseError: (_: unknown, error: unknown) => reject(error),
        }
        http.dispatcher.dispatch({ origin, path: '/', method: 'GET' }, handler)
      })
    expect(await asked()).toBe(200)
    http.shrinkTo(0.5)
    expect(await asked()).toBe(200)
  })

  test('closes what is leaving as well, and is not told anything then', async () => {
    const { origin, arrived } = await heldSite()
    const http = await open()
    const running = http.request(origin)
    await arrived(1)
    http.shrinkTo(0.5)
    await Promise.all([http.close(0), expect(running).rejects.toMatchObject({ code: 'ERR_POOL_CLOSED' })])
    http.shrinkTo(1)
    await vi.waitFor(() => expect(http.stats().connections).toBe(0))
    expect(() => http.shrinkTo(7)).toThrow('httpPool.shrinkTo takes a number from 0 to 1, got 7')
  })
})
