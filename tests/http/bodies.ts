// Requests of HTTP that are in order, with bodies that are not.
import { capabilities, echo, envelope, modernHeaders, post, standing } from './attack.ts'
import type { Attack } from './attack.ts'
import type { Random } from './random.ts'

export const valid = (random: Random): Attack => {
  const id = random.of<unknown>([0, 1, -1, 2 ** 53 - 1, '', 'a "quoted" one', 'é', '\u0000', random.below(1e6)])
  const q = random.of(['hi', 'é\u2028', '"', 'x'.repeat(random.below(4000))])
  return {
    kind: 'valid',
    bytes: post(standing, JSON.stringify(echo(id, q))),
    allowed: new Set([200]),
    isWhole: true,
    id,
  }
}

export const modern = (random: Random): Attack => {
  const id = random.below(1e6)
  const { params, ...rest } = echo(id)
  const body = JSON.stringify({ ...rest, params: { ...params, _meta: envelope } })
  const agrees = random.below(2) === 0
  const headers = modernHeaders('tools/call', agrees ? 'echo' : random.of(['ECHO', 'tell', '', 'é']))
  // A server of SDK v1 does not know that revision.
  return { kind: 'modern', bytes: post(headers, body), allowed: new Set([200, 400]), isWhole: true }
}

export const strangeIds = (random: Random): Attack => {
  const id = random.of<unknown>([null, 1.5, true, {}, [], 2 ** 60, -0.1, [1], { id: 1 }])
  const body = JSON.stringify(echo(id))
  return { kind: 'id', bytes: post(standing, body), allowed: new Set([200, 202, 400]), isWhole: true }
}

export const strangeMessages = (random: Random): Attack => {
  const method = random.of<unknown>([
    '',
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(5000),
    7,
    null,
    ['tools/call'],
  ])
  const params = random.of<unknown>([
    undefined,
    null,
    [],
    'x',
    7,
    { __proto__: 1 },
    { name: 'hasOwnProperty' },
    { _meta: 7 },
  ])
  const message = random.of<unknown>([
    { jsonrpc: '2.0', id: 1, method, params },
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
    { jsonrpc: random.of(['1.0', 2, null]), id: 1, method: 'tools/list' },
    { jsonrpc: '2.0', id: 1, result: {} },
    { jsonrpc: '2.0', method },
    { ...echo(1), extra: 1 },
    [],
    [echo(1), echo(2)],
    [[]],
    'text',
    7,
    null,
  ])
  const allowed = new Set([200, 202, 400, 404])
  return { kind: 'message', bytes: post(standing, JSON.stringify(message)), allowed, isWhole: true }
}

export const deep = (random: Random): Attack => {
  const depth = 1 + random.below(9000)
  const bomb = '['.repeat(depth) + ']'.repeat(depth)
  const { params, ...rest } = echo(1)
  const meta = random.of([envelope, { ...envelope, x: 'bomb' }, { ...envelope, [capabilities]: { x: 'bomb' } }])
  const [headers, message] = random.of([
    [standing, echo(1, 'bomb')] as const,
    [modernHeaders('tools/call', 'echo'), { ...rest, params: { ...params, _meta: meta } }] as const,
    [standing, { ...rest, method: 'initialize', params: 'bomb' }] as const,
  ])
  const bytes = post(headers, JSON.stringify(message).replace('"bomb"', bomb))
  return { kind: 'deep', bytes, allowed: new Set([200, 400]), isWhole: true }
}

export const noJson = (random: Random): Attack => {
  const body = random.of([random.bytes(random.below(300)), Buffer.from('{"jsonrpc":'), Buffer.from([0xff, 0xfe, 0x00])])
  return { kind: 'no JSON', bytes: post(standing, body), allowed: new Set([400]), isWhole: true }
}

export const noUtf8 = (random: Random): Attack => {
  const [before = '', after = ''] = JSON.stringify(echo(1)).split('hi')
  const body = Buffer.concat([
    Buffer.from(before),
    Buffer.from([0xc3, 0x28, 0xff, random.below(128) + 128]),
    Buffer.from(after),
  ])
  return { kind: 'no UTF-8', bytes: post(standing, body), allowed: new Set([200, 400]), isWhole: true }
}
