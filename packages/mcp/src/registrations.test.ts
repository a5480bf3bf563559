import { describe, expect, it } from 'vitest'
import { lines } from './fixtures/lines.ts'
import type { TestServer } from './fixtures/lines.ts'
import { use } from './use.ts'

const answer = () => ({ content: [] })

/** What the SDKs give for a tool that was registered. */
interface RegisteredTool {
  remove(): void
  update(updates: { readonly name: string }): void
}

const silences: ReadonlyArray<readonly [string, (server: TestServer) => void]> = [
  ['announces', () => {}],
  ['announces nothing any more', (server) => void Object.assign(server, { sendToolListChanged: () => {} })],
]

describe.each(lines)('a server of SDK $name that has remembered its list', ({ mcpServer, connect }) => {
  it.each(silences)('and %s says at once what is registered, renamed and removed', async (_, silence) => {
    const server = use(mcpServer())
    const register = (name: string) => server.registerTool(name, {}, answer) as unknown as RegisteredTool
    const first = register('a')
    const client = await connect(server)
    const names = async () => {
      const listed: string[] = []
      for (let round = 0; round < 3; round += 1) {
        listed.push((await client.listTools()).tools.map(({ name }) => name).join(' '))
      }
      return listed
    }
    const always = (list: string) => [list, list, list]
    expect(await names()).toEqual(always('a'))
    silence(server)
    const second = register('b')
    expect(await names()).toEqual(always('a b'))
    first.update({ name: 'c' })
    expect(await names()).toEqual(always('b c'))
    second.remove()
    expect(await names()).toEqual(always('c'))
  })
})
