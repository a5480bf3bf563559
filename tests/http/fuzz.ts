import { maxBodyBytes } from './attack.ts'
import type { Attack } from './attack.ts'
import { attack } from './corpus.ts'
import { random } from './random.ts'
import type { Random } from './random.ts'
import { Wire } from './wire.ts'
import type { Outcome } from './wire.ts'

/** What became of a run. */
export interface FuzzReport {
  /** How often each kind was answered with each status: `valid 200`. */
  readonly counts: ReadonlyMap<string, number>
  /** What was wrong, at most a few of each kind. */
  readonly faults: readonly string[]
}

/** How to fuzz. */
export interface FuzzOptions {
  readonly port: number
  readonly requests: number
  /** The same seed sends the same requests, in some order. */
  readonly seed: number
  readonly connections?: number
}

/** Sends requests, most of them wrong in some way, and looks at every answer. */
export const fuzz = async ({ port, requests, seed, connections = 16 }: FuzzOptions): Promise<FuzzReport> => {
  const counts = new Map<string, number>()
  const faults: string[] = []
  let left = requests
  const work = async (source: Random): Promise<void> => {
    const wire = new Wire(port)
    while (left > 0) {
      left -= 1
      const one = attack(source)
      if (!one.isWhole) wire.close()
      const outcome = await wire.send(one.bytes, one.isLeaving === true)
      if (!one.isWhole) wire.close()
      const label = `${one.kind} ${outcome.status}`
      counts.set(label, (counts.get(label) ?? 0) + 1)
      const fault = faultOf(one, outcome)
      if (fault !== undefined && faults.length < 50) faults.push(fault)
    }
    wire.close()
  }
  await Promise.all(Array.from({ length: connections }, (_, index) => work(random(seed * 1000 + index))))
  return { counts, faults }
}

const faultOf = ({ kind, bytes, allowed, id }: Attack, outcome: Outcome): string | undefined => {
  const shown = () => `${bytes.subarray(0, 400).toString('latin1')} … (${bytes.length} bytes)`
  if (outcome.status === 'hung' || !allowed.has(outcome.status)) return `${kind}: ${outcome.status} to ${shown()}`
  if (!('body' in outcome) || outcome.body === '') return undefined
  // Another path, which is nobody's business of JSON-RPC.
  if (outcome.status === 404 && outcome.body === 'Not found') return undefined
  try {
    const answer = JSON.parse(outcome.body) as
      | { id?: unknown; error?: { code?: unknown; message?: unknown } }
      | object[]
    if (Array.isArray(answer)) return undefined
    if (outcome.status === 200) {
      const isOwn = id === undefined || Object.is(answer.id, JSON.parse(JSON.stringify(id)))
      return isOwn ? undefined : `${kind}: answered with id ${JSON.stringify(answer.id)} to ${shown()}`
    }
    const { code, message } = answer.error ?? {}
    return Number.isInteger(code) && typeof message === 'string' ? undefined : `${kind}: no error in ${outcome.body}`
  } catch {
    return `${kind}: no JSON in ${outcome.body}`
  }
}

/** Options of the server that is fuzzed. */
export const fuzzed = { port: 0, maxBodyBytes, headersMs: 5000, requestMs: 6000, signals: false } as const
