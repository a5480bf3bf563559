import { AbandonedError, keepCause, RejectedError } from '@millrace/core'
import type { Next } from '@millrace/core'
import { fakeCall, held, manualClock, middlewareContract } from '@millrace/core/testing'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { callLog } from '../index.ts'
import type { CallLogOptions, Logger } from '../index.ts'

interface Line {
  readonly level: string
  readonly message: string
  readonly fields: { readonly [field: string]: unknown }
}

const logged = (options: Partial<CallLogOptions> = {}) => {
  const lines: Line[] = []
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, fields: fields as Line['fields'] })
  const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  return { lines, own: callLog({ logger, ...options }) }
}

const ok: Next = async () => ({ content: [] })
const throwing =
  (error: unknown): Next =>
  async () => {
    throw error
  }

describe('callLog keeps the contract of a middleware', () => {
  for (const { name, run } of middlewareContract(() => logged().own)) it(name, run)
})

describe('callLog', () => {
  it('writes what was called, by which ids, what it came to, and not what the arguments say', async () => {
    const { lines, own } = logged()
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    const sdk = { requestId: 7, requestInfo: { headers: { 'x-request-id': 'r-1' } } }
    const params = { _meta: { traceparent } }
    await own(fakeCall({ sdk, params, input: { password: 'secret', city: 'Bern' }, clock: manualClock() }), ok)
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'call',
        fields: {
          rpcId: 7,
          requestId: 'r-1',
          traceId: 'a'.repeat(32),
          parentSpanId: 'b'.repeat(16),
          method: 'tools/call',
          operation: 'tools/call tool',
          outcome: 'ok',
          durationMs: 0,
          isSlow: false,
          arguments: { password: '[redacted]', city: '[redacted]' },
        },
      },
    ])
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  it('reads the ids of SDK v2, and cuts long ones', async () => {
    const { lines, own } = logged()
    const headers = new Headers({ 'x-request-id': 'r'.repeat(1000) })
    await own(fakeCall({ sdk: { mcpReq: { id: 'i'.repeat(1000) }, http: { req: { headers } } } }), ok)
    expect(String(lines[0]?.fields['rpcId']).length).toBe(128)
    expect(String(lines[0]?.fields['requestId']).length).toBe(128)
  })

  it('says by the level how it went', async () => {
    const { lines, own } = logged()
    const failure = new Error('broken')
    const hidden = fakeCall()
    const seen: Next[] = [
      async () => ({ isError: true }),
      throwing(failure),
      throwing(new RejectedError('no', { code: 'ERR' })),
      throwing(new AbandonedError('no', { code: 'ERR' })),
      async (call) => {
        const result = { isError: true }
        keepCause(call, result, failure)
        return result
      },
    ]
    for (const next of seen) await own(hidden, next).catch(() => {})
    expect(lines.map(({ level, fields }) => [level, fields['outcome']])).toEqual([
      ['info', 'toolError'],
      ['error', 'failed'],
      ['warn', 'rejected'],
      ['warn', 'abandoned'],
      ['error', 'failed'],
    ])
    expect([lines[1]?.fields['err'], lines[4]?.fields['err']]).toEqual([failure, failure])
    const broken: Next = () => {
      throw failure
    }
    expect(() => own(fakeCall(), broken)).toThrow(failure)
    expect(lines[5]?.level).toBe('error')
  })

  it('warns of calls that were slow, and leaves the rest out where that is wanted', async () => {
    const { lines, own } = logged({ slowMs: 200, calls: false })
    const clock = manualClock()
    const handler = held()
    for (const ms of [199, 200]) {
      const answer = own(fakeCall({ clock }), handler.next)
      clock.advance(ms)
      handler.calls.at(-1)?.resolve()
      await answer
    }
    expect(lines).toMatchObject([{ level: 'warn', message: 'slow call', fields: { durationMs: 200, isSlow: true } }])
  })

  it('writes of arguments and callers what its owner says', async () => {
    const chosen = logged({ argumentsOf: ({ input }) => (input as { city: string }).city, principal: true })
    await chosen.own(fakeCall({ input: { city: 'Bern' }, principal: 'ann' }), ok)
    expect(chosen.lines[0]?.fields).toMatchObject({ arguments: 'Bern', principal: 'ann' })
    const none = logged({ argumentsOf: false })
    await none.own(fakeCall({ input: { city: 'Bern' } }), ok)
    expect(none.lines[0]?.fields).not.toHaveProperty('arguments')
    const many = logged()
    const input = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`${at}`.repeat(100), 1]))
    await many.own(fakeCall({ input }), ok)
    expect(JSON.stringify(many.lines[0]?.fields['arguments']).length).toBeLessThan(2000)
    await many.own(fakeCall({ input: 'secret' }), ok)
    expect(many.lines[1]?.fields['arguments']).toBe('[redacted]')
  })

  it('fails no call when the logger throws, and warns once', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    const broken = () => {
      throw new Error('disk full')
    }
    const own = callLog({ logger: { debug: broken, info: broken, warn: broken, error: broken } })
    await expect(own(fakeCall(), ok)).resolves.toEqual({ content: [] })
    await own(fakeCall(), ok)
    expect(warn.mock.calls).toEqual([
      [
        'callLog: the logger, or argumentsOf, threw: Error: disk full',
        { type: 'MillraceWarning', code: 'MILLRACE_LOG' },
      ],
    ])
  })

  it('writes JSON lines with pino, one for each call whatever the arguments and ids hold', async () => {
    let written = ''
    const logger = pino({ base: null }, { write: (line: string) => void (written += line) })
    const own = callLog({ logger })
    const sdk = { requestId: 'a\nb"\u2028' }
    await own(fakeCall({ sdk, input: { 'x\ny': 1 } }), ok)
    await own(fakeCall({ sdk }), throwing(new Error('broken'))).catch(() => {})
    const lines = written
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line['fields'])
    expect(lines).toMatchObject([
      { level: 30, msg: 'call', rpcId: 'a\nb"\u2028', outcome: 'ok', arguments: { 'x\ny': '[redacted]' } },
      { level: 50, outcome: 'failed', err: { type: 'Error', message: 'broken' } },
    ])
  })

  it.each([
    [undefined, 'callLog.logger must be a logger, got undefined'],
    [{ logger: {} }, 'callLog.logger must be a logger (with debug, info, warn, error), got an object'],
    [{ logger: console, slowMs: -1 }, 'callLog.slowMs must be a number ≥ 0 or Infinity, got -1'],
    [{ logger: console, slow: 1 }, 'callLog.slow is not an option; did you mean slowMs?'],
  ])('says what is wrong with %o', (options, message) => {
    expect(() => callLog(options as never)).toThrow(new TypeError(message))
  })
})
