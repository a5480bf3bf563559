import { describe, expect, it } from 'vitest'
import { edge } from '../edge.ts'
import { legacy, modern } from '../fixtures/post.ts'
import { talkative } from '../fixtures/serving.ts'
import { v1, v2 } from '../fixtures/servers.ts'
import type { TestServer } from '../fixtures/servers.ts'
import { until } from '../fixtures/until.ts'

const echo = { name: 'echo', arguments: { q: 'hi' } }

const asked = async (served: { fetch(request: Request): Promise<Response> }, init: RequestInit) => {
  const response = await served.fetch(new Request('http://localhost/mcp', init))
  return { status: response.status, text: await response.text() }
}

describe('the servers that clients share', () => {
  it('are at most so many, the one longest unused giving way, and all are answered', async () => {
    const served = edge(() => talkative(v2))
    const ask = (client: string) => asked(served, modern('tools/call', echo, 1, { client }))
    for (let n = 0; n < 40; n += 1) expect((await ask(`client${n}`)).text).toContain('hi')
    expect(served.stats().servers).toBeLessThanOrEqual(32)
    expect((await ask('client0')).text).toContain('hi')
    expect((await ask('client39')).text).toContain('hi')
    await served.close(0)
  })

  it.each([v1, v2])('are made anew when a handler of $name has closed one', async (line) => {
    const made: TestServer[] = []
    const served = edge(() => {
      const server = talkative(line)
      made.push(server)
      return server
    })
    expect((await asked(served, legacy('tools/call', echo))).status).toBe(200)
    for (const server of made) await server.close()
    expect((await asked(served, legacy('tools/call', echo))).text).toContain('hi')
    await served.close(0)
  })

  it('are new ones: the same server made twice is refused, and its author hears why', async () => {
    const errors: unknown[] = []
    const only = talkative(v2)
    const served = edge(() => only, { onError: (error) => void errors.push(error) })
    expect((await asked(served, legacy('tools/call', echo))).text).toContain('hi')
    expect((await asked(served, modern('tools/call', echo))).status).toBe(500)
    expect(errors.map(String)).toEqual([
      'TypeError: edge: createServer must make a new server each time, got one that is connected already',
    ])
    expect((await asked(served, legacy('tools/call', echo))).text).toContain('hi')
    await served.close(0)
  })

  it('answer a request that was under way when what they offer changed', async () => {
    let made = 0
    let release: (() => void) | undefined
    const served = edge(async () => {
      made += 1
      if (made === 1) await new Promise<void>((resolve) => (release = resolve))
      return talkative(v1)
    })
    const answer = asked(served, legacy('tools/call', echo))
    await until(() => release !== undefined, 'a server is being made')
    served.notify.toolsChanged()
    release?.()
    expect((await answer).text).toContain('hi')
    expect([made, served.stats().servers]).toEqual([2, 1])
    await served.close(0)
  })

  it('are not for a client whose description of itself the SDK refuses', async () => {
    const served = edge(() => talkative(v2))
    const meta = { 'io.modelcontextprotocol/clientInfo': { name: 7 } }
    const { status, text } = await asked(served, modern('tools/call', echo, 1, { meta }))
    expect(status).toBe(400)
    expect(text).toContain('"error"')
    await until(() => served.stats().active === 0, 'the answer is complete')
    expect(served.stats().servers).toBe(1)
    await served.close(0)
  })
})
