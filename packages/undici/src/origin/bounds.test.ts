import { expect, test } from 'vitest'
import { heldSite } from '../fixtures/site.ts'
import { eachUndici } from '../fixtures/versions.ts'

eachUndici((open) => {
  test('each origin has its own bounds, and who waits gets its turn', async () => {
    const [a, b] = [await heldSite(), await heldSite()]
    const http = await open({ maxConcurrent: 2, maxWaiting: 1 })
    const asked = Array.from({ length: 3 }, () => http.request(a.origin))
    await expect(http.request(a.origin)).rejects.toMatchObject({ code: 'ERR_POOL_EXHAUSTED', kind: 'rejected' })
    const other = http.request(b.origin)
    await Promise.all([a.arrived(2), b.arrived(1)])
    expect(http.stats()).toMatchObject({
      active: 3,
      waiting: 1,
      exhausted: 1,
      origins: { [a.origin]: { active: 2, waiting: 1 }, [b.origin]: { active: 1, waiting: 0 } },
    })
    expect(await http.check()).toMatchObject({ status: 'degraded', detail: '1 requests wait for their turn.' })
    for (const { response } of [...a.held, ...b.held]) response.end('x')
    await a.arrived(3)
    a.held[2]!.response.end('x')
    expect((await Promise.all([...asked, other])).map((answer) => answer.text())).toEqual(['x', 'x', 'x', 'x'])
    expect(http.stats()).toMatchObject({ active: 0, waiting: 0, origins: {} })
  })

  test('who gives up waiting leaves the line and is never sent', async () => {
    const { origin, asked, held, arrived } = await heldSite()
    const http = await open({ maxConcurrent: 1 })
    const first = http.request(origin)
    await arrived(1)
    const leaving = new AbortController()
    const second = http.request(`${origin}/never`, leaving.signal)
    leaving.abort('left')
    await expect(second).rejects.toBe('left')
    expect(http.stats().waiting).toBe(0)
    held[0]!.response.end()
    await first
    expect(asked).toEqual(['GET /'])
  })

  test('what undici refuses to send gives its turn back', async () => {
    const { origin } = await heldSite()
    const http = await open({ maxConcurrent: 1 })
    await expect(http.request(origin, { headers: { 'x-bad': 'a\r\nb: c' } })).rejects.toThrow(TypeError)
    await expect(http.request(origin, { headers: { 'bad name': 'a' } })).rejects.toThrow(TypeError)
    expect(http.stats()).toMatchObject({ active: 0, failed: 2 })
  })
})
