// Bodies that are in order, in requests of HTTP that are not.
import { gzipSync } from 'node:zlib'
import { echo, maxBodyBytes, post, standing } from './attack.ts'
import type { Attack, Headers } from './attack.ts'
import type { Random } from './random.ts'

export const strangeHeaders = (random: Random): Attack => {
  const value = random.of(['', '2026-07-28', '2025-11-25', '1', 'é', 'x'.repeat(3000), 'a, b', '\t'])
  const name = random.of(['mcp-protocol-version', 'mcp-session-id', 'accept', 'mcp-method', 'origin', 'x-request-id'])
  const headers = random.below(2) === 0 ? [...standing, [name, value] as const] : standing
  const doubled = [...headers, [name, random.of(['1', value])] as const]
  const allowed = new Set([200, 400, 403, 404, 406])
  return { kind: 'headers', bytes: post(doubled, JSON.stringify(echo(1))), allowed, isWhole: true }
}

export const strangeTypes = (random: Random): Attack => {
  const type = random.of(['text/plain', 'application/jsonp', '', 'multipart/form-data', 'application/json/x', 'é'])
  const headers: Headers = [
    ['host', '127.0.0.1'],
    ['content-type', type],
  ]
  return { kind: 'type', bytes: post(headers, JSON.stringify(echo(1))), allowed: new Set([415]), isWhole: false }
}

export const strangeHosts = (random: Random): Attack => {
  const host = random.of(['evil.example', 'localhost.evil.example', '127.0.0.1@evil.example', '[', 'é', '127.0.0.1/'])
  const headers: Headers = [['host', host], ...standing.slice(1)]
  return { kind: 'host', bytes: post(headers, JSON.stringify(echo(1))), allowed: new Set([400, 403]), isWhole: false }
}

export const otherMethods = (random: Random): Attack => {
  const line = `${random.of(['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'])} /mcp HTTP/1.1`
  return { kind: 'method', bytes: post(standing, '', line), allowed: new Set([405]), isWhole: true }
}

export const tooLarge = (random: Random): Attack => {
  const body = Buffer.alloc(maxBodyBytes + 1 + random.below(50_000), ' ')
  return { kind: 'too large', bytes: post(standing, body), allowed: new Set([413, 'closed']), isWhole: false }
}

export const truncated = (random: Random): Attack => {
  const whole = post(standing, JSON.stringify(echo(1)))
  const bytes = whole.subarray(0, 1 + random.below(whole.length - 1))
  // Now and then it does not even leave, and the server has to lose its patience.
  const isLeaving = random.below(60) > 0
  const kind = isLeaving ? 'truncated' : 'stalled'
  return { kind, bytes, allowed: new Set([400, 408, 'closed']), isWhole: false, isLeaving }
}

export const strangeAddresses = (random: Random): Attack => {
  const target = random.of([
    'http://user:secret@127.0.0.1/mcp',
    'http://127.0.0.1/mcp',
    '/mcp?',
    '/mcp?a=b&%',
    '//mcp',
    '*',
  ])
  const allowed = new Set([200, 400, 404, 405])
  return {
    kind: 'address',
    bytes: post(standing, JSON.stringify(echo(1)), `POST ${target} HTTP/1.1`),
    allowed,
    isWhole: true,
  }
}

export const doubledHeaders = (random: Random): Attack => {
  const body = JSON.stringify(echo(1))
  const doubled = random.of<Headers[number]>([
    ['content-length', String(body.length)],
    ['content-length', '7'],
    ['content-type', 'application/json'],
    ['content-type', 'text/plain'],
    ['host', '127.0.0.1'],
    ['host', 'evil.example'],
    ['accept', 'text/html'],
    ['transfer-encoding', 'identity'],
  ])
  const allowed = new Set<number | 'closed'>([200, 400, 403, 415, 'closed'])
  return { kind: 'doubled', bytes: post([...standing, doubled], body), allowed, isWhole: false }
}

export const compressed = (random: Random): Attack => {
  const coding = random.of(['gzip', 'br', 'deflate', 'x'])
  const bytes = post([...standing, ['content-encoding', coding]], gzipSync(JSON.stringify(echo(1))))
  return { kind: 'compressed', bytes, allowed: new Set([415]), isWhole: true }
}

export const noHttp = (random: Random): Attack => {
  const body = JSON.stringify(echo(1))
  const bytes = random.of([
    random.bytes(1 + random.below(200)),
    Buffer.from('GET\r\n\r\n'),
    Buffer.from(`POST /mcp HTTP/9.9\r\nhost: x\r\n\r\n`),
    post([...standing, ['content-length', '3']], body),
    post([...standing, ['transfer-encoding', 'chunked']], body),
    post([...standing, ['x', 'y'.repeat(70_000)]], body),
    Buffer.from('POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
    Buffer.from('POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: -1\r\n\r\n'),
    Buffer.from('POST /mcp HTTP/1.1\r\nbad header\r\n\r\n'),
  ])
  return {
    kind: 'no HTTP',
    bytes,
    allowed: new Set([400, 408, 413, 415, 431, 'closed']),
    isWhole: false,
    isLeaving: true,
  }
}
