import { setTimeout as sleep } from 'node:timers/promises'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { judged } from './calls.ts'
import type { Call } from './calls.ts'
import { callsPerS, clients, deadlineMs } from './plan.ts'

/** A load that goes on. */
export interface Load {
  /** Asks no more, and waits for what was asked. */
  end(): Promise<readonly Call[]>
}

/**
 * Calls at a steady pace, whatever comes back, through clients of the official SDK.
 *
 * @param from the first number
 * @param forMs how long it goes on before this returns
 */
export const steadyLoad = async (url: string, from: number, forMs = 0): Promise<Load> => {
  const all = await Promise.all(Array.from({ length: clients }, () => connected(url)))
  const calls: Array<Promise<Call>> = []
  const began = performance.now()
  const timer = setInterval(() => {
    // However late the timer is, as many are asked as are due.
    const due = Math.floor(((performance.now() - began) * callsPerS) / 1_000)
    while (calls.length < due) calls.push(ask(all[calls.length % clients] as Client, from + calls.length))
  }, 1_000 / callsPerS)
  await sleep(forMs)
  return {
    end: async () => {
      clearInterval(timer)
      const ended = await Promise.all(calls)
      await Promise.all(all.map((client) => client.close()))
      return ended
    },
  }
}

const connected = async (url: string): Promise<Client> => {
  const client = new Client({ name: 'load', version: '0.0.0' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  return client
}

/** The tenth call keeps its number; four of the others ask for a number that somebody has asked for before. */
const ask = async (client: Client, count: number): Promise<Call> => {
  const tool = count % 10 === 0 ? 'keep' : 'double'
  const n = count % 10 > 5 ? count - 5 : count
  const askedAt = performance.now()
  const judge = async (): Promise<Pick<Call, 'kind' | 'said'>> => {
    try {
      const got = await client.callTool({ name: tool, arguments: { n } }, { timeout: deadlineMs })
      return judged(tool, n, got)
    } catch (error) {
      return { kind: 'lost', said: String(error) }
    }
  }
  const outcome = await judge()
  return { tool, n, askedAt, tookMs: performance.now() - askedAt, ...outcome }
}
