import { runInThisContext } from 'node:vm'
import { expect, test } from 'vitest'
import { opened, taskFile } from './fixtures/open.ts'

const outside = 5

const one = (): number => 1

test('a function that uses what is outside of it is told what it lacks', async () => {
  const pool = await opened()
  const add = pool.offload(function add(n: number) {
    return n + outside
  })
  await expect(add(1)).rejects.toMatchObject({
    name: 'TaskError',
    code: 'ERR_TASK_CLOSURE',
    message: "The task 'add' uses 'outside', which is outside of it: pass it as an argument or offload a module.",
    isRetryable: false,
  })
  expect(pool.stats()).toMatchObject({ failed: 1, stopped: 0, threads: 1 })
})

test('inner functions may have been named by esbuild or tsx', async () => {
  const pool = await opened()
  const named = runInThisContext('() => __name(() => 7, "inner")()')
  expect(await pool.offload(named as () => number)()).toBe(7)
})

test('what has no source that stands by itself is refused at once', async () => {
  const pool = await opened()
  const base = { start: (): number => 1 }
  const some = {
    __proto__: base,
    method(): number {
      return 1
    },
    get unnamed(): () => number {
      return (
        () => () =>
          1
      )()
    },
    async later(): Promise<number> {
      return super.toString().length
    },
  }
  const refused = (work: unknown, why: string): void => {
    expect(() => pool.offload(work as () => void)).toThrow(
      `offload: expected a function that stands by itself, as its source is sent; ${why}`,
    )
  }
  refused(Math.max, "'max' is native or bound and has no source of its own: wrap it, (...args) => run(...args)")
  refused(one.bind(null), "'bound one' is native or bound")
  refused(some.unnamed.bind(null), 'a function is native or bound')
  refused(some.method, "'method' is a method, or uses super: write it as function or arrow")
  refused(some.later, "'later' is a method")
  refused(class Sieve {}, "'Sieve' is a class")
  refused(function* steps() {}, "'steps' is a generator, whose steps cannot be sent back: give an array")
  refused(async function* () {}, 'a function is a generator')
})

test('what is neither a function nor a file is refused at once', async () => {
  const pool = await opened()
  const expected = (work: unknown, why: string): void => {
    expect(() => pool.offload(work as URL)).toThrow(why)
  }
  expected(
    './sieve.ts',
    "offload: expected a function, a file URL or an absolute path, such as new URL('./task.js', import.meta.url), got './sieve.ts'",
  )
  expected(new URL('https://example.com/a.js'), 'got an object')
  expected(undefined, 'got undefined')
  expected(taskFile('missing'), /offload: there is no file .*missing\.ts/ as never)
  expect(() => pool.offload(() => 1, { export: 'x' })).toThrow(
    'offload.export is for modules; a function is what it is',
  )
  expect(() => pool.offload(() => 1, { priority: 'urgent' as 'high' })).toThrow(
    "offload.priority must be one of 'critical', 'high', 'normal', 'low' or a function, got 'urgent'",
  )
  expect(() => pool.offload(() => 1, { timeLimitMs: 0 })).toThrow(
    'offload.timeLimitMs must be a number ≥ 1 or Infinity',
  )
})
