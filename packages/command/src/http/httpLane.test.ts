import { expect, it } from 'vitest'
import { listen } from '../fixtures/listen.ts'
import { httpServers } from '../fixtures/httpServers.ts'
import { benched } from '../fixtures/run.ts'

it('a connection whose session is forgotten opens another', async () => {
  const make = () => httpServers[1]!.handler({ texts: [], removed: 0 })
  let handler = make()
  let calls = 0
  const url = await listen((request, response) => {
    // Another process takes over, which knows no sessions.
    if ((calls += 1) === 100) handler = make()
    handler(request, response)
  })
  const report = await benched([url, '--tool', 'add', '-d', '500ms'])
  expect(report.errors).toMatchObject([{ kind: 'transport', detail: 'HTTP 404' }])
  expect(report.failed).toBeLessThanOrEqual(4)
  expect(report.latency.count).toBeGreaterThan(100)
})

it('headers and a password of the URL go with every request, and sessions are closed', async () => {
  const handler = httpServers[1]!.handler({ texts: [], removed: 0 })
  const seen = new Set<string>()
  const methods: string[] = []
  const url = await listen((request, response) => {
    seen.add(`${request.headers.authorization} ${String(request.headers['x-team'])}`)
    methods.push(request.method ?? '')
    handler(request, response)
  })
  const report = await benched([url.replace('//', '//ann:s%20t@'), '--tool', 'add', '-H', 'X-Team: blue'])
  expect(report.failed).toBe(0)
  expect([...seen]).toEqual([`Basic ${btoa('ann:s t')} blue`])
  expect(methods.filter((method) => method === 'DELETE')).toHaveLength(5)
})

it('a server that fails to open a session is counted', async () => {
  const handler = httpServers[1]!.handler({ texts: [], removed: 0 })
  let opened = 0
  const url = await listen((request, response) => {
    if (request.headers['mcp-session-id'] === undefined && (opened += 1) > 4) response.writeHead(500).end('full')
    else handler(request, response)
  })
  const report = await benched([url, '--tool', 'add'])
  expect(report.errors).toMatchObject([{ kind: 'transport', detail: 'HTTP 500', message: 'full' }])
  expect(report.latency.count).toBeGreaterThan(0)
})
