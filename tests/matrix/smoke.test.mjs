// Runs in a project that has installed the packed packages, on each Node and with each SDK of the matrix.
// Plain JavaScript: this is what a user's machine gets.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { breaker, cached, compose, fallback, limitResult, memoryStore, retry, timeout, use, wrap } from 'millrace'
import * as z from 'zod'
import { Cities } from './decorated.js'
import { lines } from './lines.mjs'

const inputSchema = { city: z.string(), country: z.string() }
const answer = (text) => ({ content: [{ type: 'text', text }] })

for (const line of lines) {
  describe(line.name, () => {
    it('answers the same call once from its handler, then from the cache', async () => {
      const { server, calls } = counting(line)
      use(server, cached({ ttlMs: 60_000, store: memoryStore() }))
      const client = await line.connect(server)
      const first = await client.callTool({ name: 'search', arguments: { city: 'Rome', country: 'IT' } })
      const second = await client.callTool({ name: 'search', arguments: { country: 'IT', city: 'Rome' } })
      assert.equal(first.content[0].text, 'Rome, IT')
      assert.deepEqual(second.content, first.content)
      assert.equal(calls(), 1)
      await client.callTool({ name: 'search', arguments: { city: 'Oslo', country: 'NO' } })
      assert.equal(calls(), 2)
      await client.close()
    })

    it('sees handlers registered after `use`, and shows each call to the chain', async () => {
      const seen = []
      const server = line.server()
      use(server, (call, next) => {
        seen.push(call.operation)
        return next(call)
      })
      line.register(server, 'later', { city: z.string() }, async ({ city }) => answer(city))
      const client = await line.connect(server)
      await client.listTools()
      assert.equal((await client.callTool({ name: 'later', arguments: { city: 'Rome' } })).content[0].text, 'Rome')
      assert.ok(seen.includes('tools/list'), seen.join())
      assert.ok(seen.includes('tools/call later'), seen.join())
      await client.close()
    })

    it('lets 20 callers of one missing key share one run', async () => {
      const { server, calls } = counting(line)
      use(server, cached({ ttlMs: 60_000 }))
      const client = await line.connect(server)
      const same = { name: 'search', arguments: { city: 'Rome', country: 'IT' } }
      const results = await Promise.all(Array.from({ length: 20 }, () => client.callTool(same)))
      assert.equal(new Set(results.map(({ content }) => content[0].text)).size, 1)
      assert.equal(calls(), 1)
      await client.close()
    })

    it('wraps one handler', async () => {
      let calls = 0
      const server = line.server()
      const wrapped = wrap(
        { name: 'one' },
        cached({ ttlMs: 60_000 }),
      )(async ({ city }) => answer([city, ++calls].join(' ')))
      line.register(server, 'one', { city: z.string() }, wrapped)
      const client = await line.connect(server)
      for (const _ of [1, 2, 3]) {
        assert.equal((await client.callTool({ name: 'one', arguments: { city: 'Rome' } })).content[0].text, 'Rome 1')
      }
      await client.close()
    })

    it('never stores an error', async () => {
      let calls = 0
      const server = line.server()
      line.register(
        server,
        'broken',
        {},
        async () => ({ isError: true, content: [{ type: 'text', text: `${++calls}` }] }),
        {
          readOnlyHint: true,
        },
      )
      use(server, cached({ ttlMs: 60_000 }))
      const client = await line.connect(server)
      assert.equal((await client.callTool({ name: 'broken', arguments: {} })).content[0].text, '1')
      assert.equal((await client.callTool({ name: 'broken', arguments: {} })).content[0].text, '2')
      await client.close()
    })

    it('repeats what failed, and gives up on what hangs', async () => {
      let calls = 0
      const server = line.server()
      const aborted = []
      use(server, timeout({ timeoutMs: 200 }), retry({ delaysMs: [1], jitterRatio: 0 }))
      const flaky = async () => {
        calls += 1
        if (calls === 1) throw new Error('down')
        return answer(`call ${calls}`)
      }
      const hangs = (_, { signal, mcpReq }) =>
        new Promise(() => (signal ?? mcpReq.signal).addEventListener('abort', () => aborted.push('hangs')))
      line.register(server, 'flaky', { city: z.string() }, flaky, { readOnlyHint: true })
      line.register(server, 'hangs', { city: z.string() }, hangs, { readOnlyHint: true })
      const client = await line.connect(server)
      const { content } = await client.callTool({ name: 'flaky', arguments: { city: 'Rome' } })
      assert.equal(content[0].text, 'call 2')
      assert.equal((await client.callTool({ name: 'hangs', arguments: { city: 'Rome' } })).isError, true)
      assert.deepEqual(aborted, ['hangs'])
      await client.close()
    })

    it('opens a breaker, stands in for what it refuses, and cuts what is too large', async () => {
      let calls = 0
      const server = line.server()
      use(server, fallback(answer('instead')), limitResult({ maxBytes: 2000 }), breaker({ minCalls: 2 }))
      const dead = async () => {
        calls += 1
        throw new Error('down')
      }
      line.register(server, 'dead', { city: z.string() }, dead, { readOnlyHint: true })
      line.register(server, 'large', { city: z.string() }, async () => answer('x'.repeat(10_000)))
      const client = await line.connect(server)
      for (let n = 0; n < 5; n += 1) {
        const { content } = await client.callTool({ name: 'dead', arguments: { city: 'Rome' } })
        assert.equal(content[0].text, 'instead')
      }
      assert.equal(calls, 2)
      const large = await client.callTool({ name: 'large', arguments: { city: 'Rome' } })
      assert.ok(JSON.stringify(large).length <= 2100, 'cut')
      await client.close()
    })

    it('decorates a method that tsc has compiled', async () => {
      const cities = new Cities()
      const server = line.server()
      line.register(server, 'search', { city: z.string() }, (input, context) => cities.search(input, context))
      const client = await line.connect(server)
      // The decorator belongs to the class, and so does its cache: each line asks for a city of its own.
      for (const _ of [1, 2]) {
        const { content } = await client.callTool({ name: 'search', arguments: { city: line.name } })
        assert.equal(content[0].text, `city ${line.name}`)
      }
      assert.equal(cities.calls, 1)
      await client.close()
    })
  })
}

describe('the packages', () => {
  it('share one core', async () => {
    const { compose: own } = await import('@millrace/core')
    assert.equal(compose, own)
  })

  it('give test tools that need nothing else', async () => {
    const { fakeCall, held } = await import('@millrace/core/testing')
    assert.equal(typeof fakeCall, 'function')
    assert.equal(typeof held, 'function')
  })

  it('come with a command that loads a server', () => {
    const program = new URL('stdio.mjs', import.meta.url).pathname
    const flags = ['--tool', 'square', '-d', '500ms', '-w', '0', '--max-error-ratio', '0', '--json', '-']
    const words = ['bench', ...flags, '--', process.execPath, program]
    // npm's own link to it is what `npx millrace` runs.
    const { status, stdout, stderr } = spawnSync(process.execPath, ['node_modules/.bin/millrace', ...words], {
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    const { calls, failed, transport } = JSON.parse(stdout)
    assert.deepEqual([failed, transport, calls > 10], [0, 'stdio', true])
  })

  it('let a process end that has used them', () => {
    const source = "import { cached, memoryStore } from 'millrace'; cached({ ttlMs: 1000, store: memoryStore() })"
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], { timeout: 20_000 })
    assert.equal(status, 0, String(stderr))
  })
})

function counting(line) {
  let calls = 0
  const server = line.server()
  const run = async ({ city, country }) => {
    calls += 1
    return answer(`${city}, ${country}`)
  }
  line.register(server, 'search', inputSchema, run, { readOnlyHint: true })
  return { server, calls: () => calls }
}
