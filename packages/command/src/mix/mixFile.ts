import { readFileSync } from 'node:fs'
import { kindOf } from '@millrace/core'
import { CommandError } from '../commandError.ts'
import { isRecord } from '../wire/judge.ts'
import type { Params } from '../wire/request.ts'
import type { Wanted } from './wanted.ts'

/**
 * Reads a mix: a JSON array of `{ "tool": "search", "args": { … }, "weight": 3 }` and
 * `{ "method": "tools/list", "params": { … } }`. `args` may be an array of objects, sent in turn.
 *
 * @throws CommandError that names the entry and what is wrong with it
 */
export const mixFile = (path: string): Wanted[] => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new CommandError(`The mix ${path} cannot be read: ${(error as Error).message}.`)
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new CommandError(`The mix ${path} is not JSON: ${(error as Error).message}.`)
  }
  if (!Array.isArray(parsed) || parsed.length === 0) {
    throw new CommandError(`The mix ${path} must be an array of calls, got ${kindOf(parsed)}.`)
  }
  return parsed.map((entry, index) => wantedOf(entry, `The mix ${path}, entry ${index + 1}`))
}

const wantedOf = (entry: unknown, where: string): Wanted => {
  if (!isRecord(entry)) throw new CommandError(`${where}: must be an object, got ${kindOf(entry)}.`)
  const { tool, args, method, params = {}, weight = 1, ...others } = entry
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) {
    throw new CommandError(`${where}: ${unknown} is not known; there are tool, args, method, params and weight.`)
  }
  if (typeof weight !== 'number' || !Number.isFinite(weight) || weight <= 0) {
    throw new CommandError(`${where}: weight must be a number above 0, got ${JSON.stringify(weight)}.`)
  }
  if (typeof tool === 'string' && method === undefined) return { tool, args: argsOf(args, where), weight }
  if (typeof method === 'string' && tool === undefined && args === undefined) {
    if (!isRecord(params)) throw new CommandError(`${where}: params must be an object, got ${kindOf(params)}.`)
    return { method, params, weight }
  }
  throw new CommandError(`${where}: must name a tool, with args, or a method, with params.`)
}

const argsOf = (args: unknown, where: string): Params[] => {
  if (args === undefined) return []
  const list: unknown[] = Array.isArray(args) ? args : [args]
  if (list.length > 0 && list.every(isRecord)) return list
  throw new CommandError(`${where}: args must be an object, or an array of objects, got ${JSON.stringify(args)}.`)
}
