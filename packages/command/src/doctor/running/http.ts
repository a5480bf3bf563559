import { request } from 'undici'
import type { Dispatcher } from 'undici'
import { size } from '../../bench/numbers.ts'
import { prepare } from '../../wire/era.ts'
import { textOf } from '../../wire/request.ts'
import type { Finding } from '../finding.ts'
import type { Examination, Patient } from './patient.ts'

/** What a server does with HTTP: connections, compression, and requests that come from elsewhere. */
export const http: Examination = async (patient) => {
  const { target } = patient
  if (target.kind !== 'http') return []
  return [
    ...(await closing(patient, target.url)),
    ...(await uncompressed(patient, target.url)),
    ...(await rebinding(patient, target.url)),
    ...sessions(patient),
  ]
}

const closing = async (patient: Patient, url: URL): Promise<Finding[]> => {
  const { headers } = await ask(patient, url, {})
  if (String(headers['connection']).toLowerCase() !== 'close') return []
  return [
    {
      id: 'no-keep-alive',
      where: url.href,
      what: 'The connection is closed after each answer.',
      why: 'Every call pays for a new connection: a round trip, or three with TLS.',
      change: 'Leave out `Connection: close`, in the server and in the proxy before it.',
    },
  ]
}

const uncompressed = async (patient: Patient, url: URL): Promise<Finding[]> => {
  const { headers, bytes } = await ask(patient, url, { 'accept-encoding': 'gzip, br' })
  if (headers['content-encoding'] !== undefined || bytes < worthCompressing) return []
  return [
    {
      id: 'no-compression',
      where: 'tools/list',
      what: `An answer of ${size(bytes)} is sent as it is to a client that takes gzip and br.`,
      why: 'JSON shrinks to a fifth or less, which clients far away notice.',
      change: 'serve() and edge() of millrace compress what is worth it; so do most proxies.',
    },
  ]
}

const rebinding = async (patient: Patient, url: URL): Promise<Finding[]> => {
  if (!/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)) return []
  const strange = { host: 'evil.example', origin: 'http://evil.example' }
  const { status } = await ask(patient, url, strange)
  if (status !== 200) return []
  return [
    {
      id: 'dns-rebinding',
      where: url.href,
      what: 'A request for the host evil.example from the page http://evil.example is answered.',
      why: 'Any page that a user of this machine visits can call its tools (DNS rebinding).',
      change: 'Check Host and Origin: serve() and edge() of millrace do, and hostHeaderValidation of the SDKs.',
    },
  ]
}

const sessions = ({ server, target }: Patient): Finding[] => {
  if (!server.hasSessions) return []
  return [
    {
      id: 'sessions',
      where: target.name,
      what: `It speaks ${server.era.revision} with a session for each client.`,
      why: 'A session keeps a whole server in memory until its client says goodbye, which few do, and ties it to one process.',
      change: 'serve(createServer) of millrace answers 2026-07-28 too, without sessions, and ends those that are idle.',
    },
  ]
}

const ask = async (
  { server, headers, timeoutMs }: Patient,
  url: URL,
  more: { readonly [name: string]: string },
): Promise<{ status: number; headers: Dispatcher.ResponseData['headers']; bytes: number }> => {
  const list = prepare(server.era, { method: 'tools/list', params: {} })
  const own = [...headers, ...list.headers]
  const answer = await request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': server.era.revision,
      ...Object.fromEntries(own.flatMap((name, index) => (index % 2 === 0 ? [[name, own[index + 1]!]] : []))),
      ...more,
    },
    body: textOf(list, 1),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  const bytes = (await answer.body.arrayBuffer()).byteLength
  return { status: answer.statusCode, headers: answer.headers, bytes }
}

const worthCompressing = 4000
