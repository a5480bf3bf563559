import { randomInt, randomUUID } from 'node:crypto'
import type { Client } from '@modelcontextprotocol/client'

/** What one kind of call takes, as its client sees it. */
export interface Row {
  readonly name: string
  /** Median of the calls made for the first time, in milliseconds. */
  readonly coldMs: number
  /** Median of the same calls made again. */
  readonly cachedMs: number
}

/** Makes one call; the same again each time it is called. */
type Call = () => Promise<unknown>

const warmUps = 1

/**
 * Makes each of `rounds` calls twice, with arguments nobody used before, so that the first answer is computed and the
 * second one remembered. Nothing else differs between the two. `onStart` hears of each kind of call before it is made.
 */
export async function compare(
  client: Client,
  rounds: number,
  onStart: (name: string, calls: number) => void = () => {},
): Promise<readonly Row[]> {
  const kinds: Readonly<Record<string, () => Call>> = {
    population_stats: () => tool(client, 'population_stats', { box: someBox() }),
    search_cities: () => tool(client, 'search_cities', { name: someTypingError() }),
    'tools/list': () => list(client),
  }
  const rows: Row[] = []
  for (const [name, make] of Object.entries(kinds)) {
    onStart(name, warmUps + 2 * rounds)
    rows.push(await measure(name, make, rounds))
  }
  return rows
}

async function measure(name: string, make: () => Call, rounds: number): Promise<Row> {
  // The first ones pay for connections and compilation, on both sides.
  for (const call of Array.from({ length: warmUps }, make)) await call()
  const calls = Array.from({ length: rounds }, make)
  return { name, coldMs: await medianMs(calls), cachedMs: await medianMs(calls) }
}

async function medianMs(calls: readonly Call[]): Promise<number> {
  const took: number[] = []
  for (const call of calls) {
    const startedAt = performance.now()
    await call()
    took.push(performance.now() - startedAt)
  }
  took.sort((a, b) => a - b)
  const middle = took.length / 2
  return ((took[Math.ceil(middle) - 1] ?? 0) + (took[Math.floor(middle)] ?? 0)) / 2
}

function tool(client: Client, name: string, input: Record<string, unknown>): Call {
  return async () => {
    const { isError, content } = await client.callTool({ name, arguments: input })
    const [first] = content
    if (isError === true) throw new Error(first?.type === 'text' ? first.text : `${name} failed.`)
  }
}

/** A cursor that nobody used makes it a call that nobody made; the server has one page and looks at none. */
function list(client: Client): Call {
  const cursor = randomUUID()
  return () => client.listTools({ cursor })
}

/** Most of the inhabited world, never twice the same. */
function someBox(): { south: number; west: number; north: number; east: number } {
  const around = (degrees: number): number => degrees + randomInt(10_000_000) / 10_000_000
  return { south: around(-60), west: around(-180), north: around(75), east: around(175) }
}

function someTypingError(): string {
  const names = [
    'Amsterdam',
    'Barcelona',
    'Casablanca',
    'Copenhagen',
    'Jerusalem',
    'Marrakesh',
    'Reykjavik',
    'Singapore',
  ]
  const letter = (): string => String.fromCharCode(97 + randomInt(26))
  const name = names[randomInt(names.length)] ?? ''
  const at = randomInt(1, name.length)
  return `${name.slice(0, at)}${letter()}${name.slice(at)} ${letter()}${letter()}${letter()}`
}
