import { channel } from '@millrace/core'
import type { Events } from '@millrace/core'
import { afterEach, describe, expect, it } from 'vitest'
import { linesOf, valueOf } from '../fixtures/lines.ts'
import type { Said } from '../fixtures/said.ts'
import { saidByPolicies } from '../fixtures/saidByPolicies.ts'
import { saidByResources } from '../fixtures/saidByResources.ts'
import { metrics } from '../index.ts'
import type { Metrics } from '../index.ts'

const opened: Metrics[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

const listening = (): Metrics => {
  const made = metrics({ process: false })
  opened.push(made)
  return made
}

const say = <Name extends keyof Events>(name: Name, ...events: ReadonlyArray<Events[Name]>): void => {
  for (const event of events) channel(name).publish(event)
}

const cases: { readonly [Name in keyof Events]: Said<Name> } = { ...saidByPolicies, ...saidByResources }

describe('what is said on a channel is counted', () => {
  it.each(Object.keys(cases) as Array<keyof Events>)('%s', async (name) => {
    const own = listening()
    const [said, lines] = cases[name]
    say(name, ...(said as ReadonlyArray<Events[typeof name]>))
    const body = (await own.exposition()).body.split('\n')
    for (const line of lines) expect(body).toContain(line)
  })
})

describe('channels', () => {
  it('have no subscriber before there are metrics, nor after close(), nor when events are not wanted', () => {
    const heard = () => (Object.keys(cases) as Array<keyof Events>).filter((name) => channel(name).hasSubscribers)
    expect(heard()).toEqual([])
    const own = listening()
    expect(heard()).toEqual(Object.keys(cases))
    own.close()
    expect(heard()).toEqual([])
    metrics({ events: false, process: false })
    expect(heard()).toEqual([])
  })

  it('may say what this version knows nothing of', () => {
    listening()
    expect(() => say('cache', { type: 'cache.frozen' } as never)).not.toThrow()
  })

  it('make no series beyond the bound, whatever names they bring', async () => {
    const own = metrics({ process: false, maxOperations: 2 })
    opened.push(own)
    for (let n = 0; n < 10_000; n += 1) {
      say('resilience', { type: 'timeout.fired', operation: `tools/call ${n}`, elapsedMs: 1 })
      say('resilience', { type: 'breaker.halfOpened', name: 'breaker', key: `principal ${n}`, probes: 1, opens: 1 })
    }
    expect(await linesOf(own, 'mcp_timeouts_total')).toEqual([
      'mcp_timeouts_total{operation="tools/call 0"} 1',
      'mcp_timeouts_total{operation="tools/call 1"} 1',
      'mcp_timeouts_total{operation="(other)"} 9998',
    ])
    expect(await linesOf(own, 'mcp_breaker_state')).toEqual([
      'mcp_breaker_state{breaker="breaker",key="principal 0",state="closed"} 0',
      'mcp_breaker_state{breaker="breaker",key="principal 0",state="open"} 0',
    ])
    own.registry.resetMetrics()
    expect(await linesOf(own, 'mcp_timeouts_total')).toEqual([])
    expect(await valueOf(own, 'mcp_breaker_state{breaker="breaker",key="principal 0",state="open"}')).toBe(0)
  })
})
