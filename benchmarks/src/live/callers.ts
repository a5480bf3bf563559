import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { read } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Stretch } from './plan.ts'
import { httpRequest, someCall } from './request.ts'

/** Who calls what. */
export interface Callers {
  readonly url: string
  /** Calls per second that are a load of 1. */
  readonly capacity: number
  readonly stretches: readonly Stretch[]
  /** How long they wait before they hang up. */
  readonly patienceMs: number
}

/**
 * Lets callers arrive at random moments (Poisson), whether the server answers or not, and hang up when they have waited
 * long enough. Gives what became of each call, in the order in which they were made.
 */
export const arrive = async ({ url, capacity, stretches, patienceMs }: Callers): Promise<readonly Answer[]> => {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity })
  const answers: Array<Promise<Answer>> = []
  const began = performance.now()
  let [next, endsAt] = [0, 0]
  for (const { seconds, load } of stretches) {
    endsAt += seconds * 1000
    for (; next < endsAt; next += (-1000 * Math.log(1 - Math.random())) / (load * capacity)) {
      const earlyMs = next - (performance.now() - began)
      if (earlyMs > 0) await sleep(Math.ceil(earlyMs))
      answers.push(ask({ url, agent, patienceMs, askedAt: next, began }))
    }
  }
  try {
    return await Promise.all(answers)
  } finally {
    agent.destroy()
  }
}

interface Asking {
  readonly url: string
  readonly agent: Agent
  readonly patienceMs: number
  readonly askedAt: number
  readonly began: number
}

const ask = ({ url, agent, patienceMs, askedAt, began }: Asking): Promise<Answer> =>
  new Promise((resolve) => {
    const { headers, body } = httpRequest(someCall())
    const end = (outcome: Pick<Answer, 'kind' | 'said'>): void => {
      clearTimeout(patience)
      resolve({ askedAt, tookMs: performance.now() - began - askedAt, ...outcome })
    }
    const sent = request(url, { method: 'POST', headers, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => end(read(response.statusCode ?? 0, text)))
      response.on('error', (error) => end({ kind: 'unreachable', said: error.message }))
    })
    const patience = setTimeout(() => {
      end({ kind: 'gaveUp', said: `no answer within ${patienceMs} ms` })
      sent.destroy()
    }, patienceMs)
    sent.on('error', (error) => end({ kind: 'unreachable', said: error.message }))
    sent.end(body)
  })
