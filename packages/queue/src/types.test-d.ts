import type { Call, Middleware, QueueEvent, QueueRejection, RejectedError } from '@millrace/core'
import { expectTypeOf } from 'vitest'
import { DeadlineError, loadSignals, queue, QueueFullError, rateLimit, RateLimitedError } from './index.ts'
import type { LoadSignals, Priority, QueueState } from './index.ts'

// Each is a middleware that says where it stands.
expectTypeOf(queue()).toExtend<Middleware>()
expectTypeOf(queue().stage).toEqualTypeOf<'queue'>()
expectTypeOf(rateLimit({ calls: 5 })).toExtend<Middleware>()
expectTypeOf(rateLimit({ calls: 5 }).stage).toEqualTypeOf<'rateLimit'>()

// Functions of an author know what they get and what they may give.
queue({
  priority: (call) => (expectTypeOf(call).toEqualTypeOf<Call>(), call.target === 'pay' ? 'critical' : undefined),
  fairBy: (call) => (expectTypeOf(call).toEqualTypeOf<Call>(), call.principal),
  classBy: (call) => call.operation,
})
queue({ maxConcurrent: { initial: 5 }, perTool: { search: 2 }, load: loadSignals({ heapUsedRatio: false }) })
rateLimit({ calls: (call) => (expectTypeOf(call).toEqualTypeOf<Call>(), 5), by: ({ operation }) => operation })
rateLimit({ calls: 5, also: [{ calls: ({ target }) => target?.length ?? 1, perMs: 60_000 }], maxWaitMs: Infinity })
expectTypeOf(rateLimit({ calls: 5 }).waiting()).toBeNumber()

// A queue can be asked.
expectTypeOf(queue().state()).toEqualTypeOf<QueueState>()
expectTypeOf<QueueState['depthOf']>().toEqualTypeOf<{ readonly [Each in Priority]: number }>()
expectTypeOf(queue().idle()).toEqualTypeOf<Promise<void>>()
expectTypeOf(loadSignals()).toEqualTypeOf<LoadSignals>()
expectTypeOf<Extract<QueueEvent, { type: 'queue.rejected' }>['reason']>().toEqualTypeOf<QueueRejection>()
expectTypeOf(new QueueFullError('full', 5)).toExtend<RejectedError>()
expectTypeOf(new DeadlineError('late', undefined)).toExtend<RejectedError>()
expectTypeOf(new RateLimitedError('often', 5)).toExtend<RejectedError>()

// @ts-expect-error not an option
queue({ concurrency: 5 })
// @ts-expect-error one of four words
queue({ priority: 'urgent' })
// @ts-expect-error one of four words, by tool as well
queue({ priority: { search: 'urgent' } })
// @ts-expect-error a function or false
queue({ fairBy: true })
// @ts-expect-error how many must be said
rateLimit({})
// @ts-expect-error one of three words or a function
rateLimit({ calls: 5, by: 'ip' })
// @ts-expect-error each of them must say how many
rateLimit({ calls: 5, also: [{ perMs: 5 }] })
// @ts-expect-error two numbers
loadSignals({ eventLoopDelayMs: 50 })
