import { shortened } from './ending.ts'
import type { Ending } from './ending.ts'
import { legacy, modern, prepare } from './era.ts'
import type { Era } from './era.ts'
import { isRecord } from './judge.ts'
import type { Params, Prepared } from './request.ts'

/** The first question to a server whose revision nobody knows. */
export const discovery: Prepared = prepare(modern, { method: 'server/discover', params: {} })

/** The revision that a user has named; undefined when it is to be found out. */
export const eraOf = (revision: string | undefined): Era | undefined =>
  revision === undefined ? undefined : { revision, isModern: revision >= modern.revision }

/** Whether an answer to `discovery` says that the server speaks the modern revision. */
export const isModern = (message: Params | undefined): boolean => {
  const versions = resultOf(message)['supportedVersions']
  return Array.isArray(versions) && versions.includes(modern.revision)
}

/** What a server calls itself, in its answer to `server/discover` or `initialize`. */
export const serverNameOf = (message: Params | undefined): string => {
  const result = resultOf(message)
  const meta = isRecord(result['_meta']) ? result['_meta'] : {}
  const info = result['serverInfo'] ?? meta['io.modelcontextprotocol/serverInfo']
  return isRecord(info)
    ? shortened([info['name'], info['version']].filter((one) => typeof one === 'string').join(' '))
    : 'a server without a name'
}

/** The revision that a server has chosen in its answer to `initialize`. */
export const chosenIn = (message: Params | undefined, asked: Era): Era => {
  const revision = resultOf(message)['protocolVersion']
  return typeof revision === 'string' ? { revision, isModern: false } : asked
}

/** Why a server could not be used, as a sentence. */
export const complaint = (target: string, ending: Exclude<Ending, undefined>): string => {
  const { kind, detail, message } = ending
  const said = message === undefined || message === '' ? '' : `: ${message}`
  if (detail === 'HTTP 401' || detail === 'HTTP 403') {
    return `${target} refuses the caller (${detail}). Give what it asks for: --header 'authorization: Bearer …'.`
  }
  if (detail === 'HTTP 404' || detail === 'HTTP 405') {
    return `${target} answers ${detail}: there is no MCP endpoint. Is the path right? Most servers have it at /mcp.`
  }
  if (kind === 'transport') return `${target} cannot be reached (${detail})${said}`
  return `${target} does not answer as an MCP server does: ${kind}, ${detail}${said}`
}

/** What is asked for when a server does not know `server/discover`. */
export const beginning = (era: Era | undefined): Era => era ?? legacy

const resultOf = (message: Params | undefined): Params => {
  const result = message?.['result']
  return isRecord(result) ? result : {}
}
