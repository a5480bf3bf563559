import { CommandError } from '../commandError.ts'
import { complaint } from './discovery.ts'
import { prepare } from './era.ts'
import { isRecord } from './judge.ts'
import type { Lane } from './lane.ts'
import type { Params, Request } from './request.ts'
import { operationOf } from './request.ts'
import type { Server } from './server.ts'

/** Asks one question. @throws CommandError when there is no result */
export const ask = async (server: Server, lane: Lane, request: Request, timeoutMs: number): Promise<Params> => {
  const { ending, message } = await lane.send(prepare(server.era, request), timeoutMs)
  if (ending !== undefined) throw new CommandError(`${operationOf(request)}: ${complaint(server.target, ending)}`)
  return isRecord(message?.['result']) ? message['result'] : {}
}

/** A tool, as a server lists it. */
export interface Tool extends Params {
  readonly name: string
  readonly inputSchema?: unknown
  readonly annotations?: unknown
}

/** All tools of a server, page after page. @throws CommandError when it does not list them */
export const toolsOf = async (server: Server, lane: Lane, timeoutMs: number): Promise<Tool[]> => {
  const tools: Tool[] = []
  let cursor: unknown
  for (let page = 0; page < maxPages; page += 1) {
    const params = cursor === undefined ? {} : { cursor }
    const result = await ask(server, lane, { method: 'tools/list', params }, timeoutMs)
    const listed = Array.isArray(result['tools']) ? result['tools'] : []
    tools.push(...listed.filter((one): one is Tool => isRecord(one) && typeof one['name'] === 'string'))
    cursor = result['nextCursor']
    if (typeof cursor !== 'string') break
  }
  return tools
}

const maxPages = 1000
