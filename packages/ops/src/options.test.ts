import { metrics } from '@millrace/metrics'
import { describe, expect, it } from 'vitest'
import { ops } from './index.ts'
import type { OpsOptions } from './index.ts'

const token = 'x'.repeat(16)

describe('options of ops', () => {
  it.each([
    [{ port: 65_536 }, 'ops.port must be an integer from 0 to 65535, got 65536'],
    [{ host: '' }, "ops.host must be a string that is not empty, got ''"],
    [{ host: '0.0.0.0' }, 'ops: 0.0.0.0 can be reached by others; it takes a token to listen there'],
    [{ host: 'ops.example' }, 'ops: ops.example can be reached by others; it takes a token to listen there'],
    [{ host: '127.example' }, 'ops: 127.example can be reached by others; it takes a token to listen there'],
    [{ token: 'too short' }, 'ops.token must be at least 16 ASCII characters without spaces'],
    [{ token: 12 }, 'ops.token must be at least 16 ASCII characters without spaces'],
    [{ token: 'ä'.repeat(20) }, 'ops.token must be at least 16 ASCII characters without spaces'],
    [{ hosts: ['ops.example:9464'] }, 'ops.hosts must be names of hosts, at least one, without ports, got an array'],
    [{ hosts: [] }, 'ops.hosts must be names of hosts, at least one, without ports, got an array'],
    [{ openProbes: 1 }, 'ops.openProbes must be true or false, got 1'],
    [{ lifespan: {} }, 'ops.lifespan must be a function or a lifespan (with isReady), got an object'],
    [{ metrics: {} }, 'ops.metrics must be what metrics() gives, got an object'],
    [{ metrics: null }, 'ops.metrics must be what metrics() gives, got null'],
    [{ checks: [] }, 'ops.checks must be an object, got an array'],
    [{ checks: { db: 1 } }, 'ops.checks.db: options must be an object, got 1'],
    [{ checks: { db: {} } }, 'ops.checks.db must be a function or { check }, got undefined'],
    [{ checks: { db: { check: () => {}, checkMs: 0 } } }, 'ops.checks.db.checkMs must be above 0, got 0'],
    [{ checkMs: Infinity }, 'ops.checkMs must be above 0, got Infinity'],
    [{ checkTtlMs: -1 }, 'ops.checkTtlMs must be a number ≥ 0, got -1'],
    [{ slowMs: 0 }, 'ops.slowMs must be above 0, got 0'],
    [{ minSuccessRatio: 2 }, 'ops.minSuccessRatio must be a number from 0 to 1, got 2'],
    [{ slowCalls: 200 }, 'ops.slowCalls must be false or an object, got 200'],
    [{ slowCalls: {} }, 'ops.slowCalls.aboveMs is missing: from how many ms on is a call slow?'],
    [{ slowCalls: { aboveMs: -1 } }, 'ops.slowCalls.aboveMs must be a number ≥ 0, got -1'],
    [{ slowCalls: { aboveMs: 1, keep: 0 } }, 'ops.slowCalls.keep must be an integer from 1 to 1000, got 0'],
    [{ slowCalls: { aboveMs: 1, cpu: 1 } }, 'ops.slowCalls.cpu must be true or false, got 1'],
    [{ slowCalls: { aboveMs: 1 } }, 'ops: slowCalls takes metrics, through which calls are seen'],
    [{ clock: {} }, 'ops.clock must be a clock (with now, after), got an object'],
    [{ prot: 1 }, 'ops.prot is not an option; did you mean port?'],
  ])('%j: %s', (options, message) => {
    expect(() => ops(options as OpsOptions)).toThrow(new TypeError(message))
  })

  it('say that profiles of slow calls are not to be had without profiles', () => {
    const own = metrics({ process: false, events: false })
    const slowCalls = { aboveMs: 1, cpu: true }
    expect(() => ops({ metrics: own, profile: false, slowCalls })).toThrow(
      'ops: slowCalls.cpu takes profile, which is off',
    )
    ops({ metrics: own, slowCalls })
    ops({ metrics: own, slowCalls: false })
    own.close()
  })

  it('are fine', () => {
    ops({
      port: 0,
      host: '::',
      token,
      hosts: ['ops.example', '[::1]'],
      openProbes: true,
      checks: { db: { check: () => {}, slowMs: Infinity } },
      slowMs: Infinity,
      checkTtlMs: 0,
      minSuccessRatio: 1,
    })
    ops({ host: '127.0.0.2' })
    ops()
  })
})
