import { request } from 'node:http'
import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../random.ts'

/** Something that a client does, well-behaved or not. It throws when the server answers wrongly. */
export type Client = (url: URL, agent: Agent, random: Random) => Promise<void>

const standing = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

const bodyOf = (method: string, params: object, id = 1): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params })
const callOf = (name: string, q: string): string =>
  bodyOf('tools/call', { name, arguments: { q }, _meta: { progressToken: 1 } })

const open = (url: URL, headers: object, { agent = false, method = 'POST' }: Opening = {}): ClientRequest =>
  request(url, { method, agent, headers: { ...standing, ...headers } }).on('error', () => {})

interface Opening {
  readonly agent?: Agent | false
  readonly method?: string
}

const answerTo = (sent: ClientRequest, body?: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    sent.on('response', resolve).on('error', reject)
    sent.end(body)
  })

const textOf = async (response: IncomingMessage, betweenMs = 0): Promise<string> => {
  let text = ''
  for await (const chunk of response) {
    text += String(chunk)
    if (betweenMs > 0) await wait(betweenMs)
  }
  return text
}

/** When something has come of it, or nothing more will. */
const begun = (response: IncomingMessage): Promise<void> =>
  new Promise((resolve) => response.once('data', () => resolve()).once('close', resolve))

const expectText = (text: string, expected: string): void => {
  if (!text.includes(expected)) throw new Error(`expected ${expected.slice(0, 60)} in ${text.slice(0, 200)}`)
}

/** Calls over a connection that it keeps. */
const steady: Client = async (url, agent, random) => {
  const q = `q${random.below(300)}`
  expectText(await textOf(await answerTo(open(url, {}, { agent }), callOf('echo', q))), q)
}

/** Calls over a connection of its own. */
const fleeting: Client = async (url, _agent, random) => {
  const q = `q${random.below(300)}`
  expectText(await textOf(await answerTo(open(url, {}), callOf('tell', q))), q)
}

/** Leaves before there is an answer. */
const leaving: Client = async (url, _agent, random) => {
  const sent = open(url, {})
  sent.end(callOf('wait', 'x'))
  await wait(random.below(60))
  sent.destroy()
}

/** Leaves in the middle of an answer. */
const halfway: Client = async (url) => {
  const response = await answerTo(open(url, {}), callOf('tell', 'x'))
  response.on('error', () => {})
  await begun(response)
  response.destroy()
}

/** Reads an answer that is large, slowly. */
const slowReading: Client = async (url) => {
  expectText(await textOf(await answerTo(open(url, {}), callOf('big', 'x')), 5), 'x'.repeat(300_000))
}

/** Sends a request in pieces. */
const slowWriting: Client = async (url) => {
  const body = callOf('echo', 'in pieces')
  const sent = open(url, { 'content-length': body.length })
  for (let at = 0; at < body.length - 20; at += 20) {
    sent.write(body.slice(at, at + 20))
    await wait(5)
  }
  const rest = body.length % 20 === 0 ? 20 : body.length % 20
  expectText(await textOf(await answerTo(sent, body.slice(-rest))), 'in pieces')
}

/** Leaves before it has said what it wants. */
const deserting: Client = async (url, _agent, random) => {
  const sent = open(url, { 'content-length': 100 })
  sent.write('{"jsonrpc":')
  await wait(random.below(30))
  sent.destroy()
}

/** Opens a session with a stream, and takes leave or just goes. */
const inSession: Client = async (url, _agent, random) => {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'soak', version: '1' } }
  const started = await answerTo(open(url, {}), bodyOf('initialize', params))
  await textOf(started)
  const headers = { 'mcp-session-id': String(started.headers['mcp-session-id']) }
  await textOf(await answerTo(open(url, headers), '{"jsonrpc":"2.0","method":"notifications/initialized"}'))
  const news = await answerTo(open(url, headers, { method: 'GET' }))
  news.on('error', () => {}).resume()
  expectText(await textOf(await answerTo(open(url, headers), callOf('tell', 'in session'))), 'in session')
  if (random.below(2) === 0) await textOf(await answerTo(open(url, headers, { method: 'DELETE' })))
  news.destroy()
}

/** Calls as clients of 2026-07-28 do, and subscribes for a while. A server of v1 refuses both. */
const modern: Client = async (url, agent, random) => {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: `soak${random.below(40)}`, version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const headersOf = (method: string) => ({ 'mcp-protocol-version': '2026-07-28', 'mcp-method': method })
  const named = { ...headersOf('tools/call'), 'mcp-name': 'echo' }
  const call = bodyOf('tools/call', { name: 'echo', arguments: { q: 'modern' }, _meta })
  const answer = await answerTo(open(url, named, { agent }), call)
  expectText(await textOf(answer), answer.statusCode === 400 ? '2026-07-28' : 'modern')
  const listen = bodyOf('subscriptions/listen', { notifications: { toolsListChanged: true }, _meta })
  const news = await answerTo(open(url, headersOf('subscriptions/listen')), listen)
  news.on('error', () => {})
  await begun(news)
  news.destroy()
}

/** All of them; those that do nothing out of the ordinary more often. */
export const clients: readonly Client[] = [
  steady,
  steady,
  steady,
  steady,
  fleeting,
  modern,
  leaving,
  halfway,
  slowReading,
  slowWriting,
  deserting,
  inSession,
]
