import { fakeCall } from '@millrace/core/testing'
import type { Group, Run } from '../case.ts'

const minute = 60_000
const sentence = 'The tool is overloaded: try again in a few seconds.'

/** Runs something again and again, keeping the last value so that it cannot be left out. */
const repeat = (make: () => unknown): Run => {
  let last: unknown
  return (times) => {
    for (let at = 0; at < times; at += 1) last = make()
    return last === repeat ? 0 : undefined
  }
}

/** The primitives that every call or refusal pays for. */
export const group: Group = {
  name: 'core',
  module: import.meta.url,
  cases: [
    {
      name: 'withCall and read',
      note: 'another deadline, read back with the input',
      setup: async () => {
        const { withCall } = await import('@millrace/core')
        const call = fakeCall({ input: { query: 'a' } })
        return repeat(() => {
          const changed = withCall(call, { deadline: 1000 })
          return changed.deadline === 1000 && changed.input !== undefined ? changed : undefined
        })
      },
    },
    {
      name: 'RejectedError',
      base: 'new Error',
      bar: 1,
      setup: async () => {
        const { RejectedError } = await import('@millrace/core')
        return repeat(() => new RejectedError(sentence, { code: 'ERR_OVERLOADED', retryAfterMs: 1000 }))
      },
    },
    { name: 'new Error', note: 'with its stack', setup: async () => repeat(() => new Error(sentence)) },
    {
      name: 'systemClock.after and cancel',
      base: 'setTimeout and clearTimeout',
      bar: 0.4,
      setup: async () => {
        const { systemClock } = await import('@millrace/core')
        return repeat(() => systemClock.after(minute, nothing).cancel())
      },
    },
    {
      name: 'wheel.after and cancel, time by hand',
      base: 'setTimeout and clearTimeout',
      note: 'without asking what time it is',
      setup: async () => {
        const { wheel } = await import('@millrace/core')
        const timers = wheel({ now: () => 1000, arm: () => nothing })
        return repeat(() => timers.after(minute, nothing).cancel())
      },
    },
    {
      name: 'setTimeout and clearTimeout',
      setup: async () => repeat(() => clearTimeout(setTimeout(nothing, minute))),
    },
    {
      name: 'cancellation, not aborted',
      base: 'new AbortController',
      note: 'made, listened to, listener removed',
      setup: async () => {
        const { cancellation } = await import('@millrace/core')
        return repeat(() => {
          const one = cancellation()
          one.subscribe(nothing)()
          return one
        })
      },
    },
    {
      name: 'new AbortController',
      note: 'made, listened to, listener removed',
      setup: async () =>
        repeat(() => {
          const one = new AbortController()
          one.signal.addEventListener('abort', nothing)
          one.signal.removeEventListener('abort', nothing)
          return one
        }),
    },
  ],
}

const nothing = () => {}
