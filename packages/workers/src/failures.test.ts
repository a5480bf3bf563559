import { isMillraceError } from '@millrace/core'
import { expect, test } from 'vitest'
import { opened, taskFile } from './fixtures/open.ts'

const failure = async (result: Promise<unknown>): Promise<Error & { readonly code?: unknown }> => {
  try {
    await result
  } catch (error) {
    return error as Error
  }
  throw new Error('it did not fail')
}

test('an error keeps its name, message, code, cause and its own stack', async () => {
  const pool = await opened()
  const failing = pool.offload(function failing(unsendable: boolean) {
    const cause = new RangeError('behind it')
    const error = Object.assign(new Error('no disk', { cause }), { code: 'ENODISK', errno: -5, name: 'DiskError' })
    throw unsendable ? Object.assign(error, { retry: () => {} }) : error
  })
  const error = await failure(failing(false))
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'DiskError', message: 'no disk', code: 'ENODISK', errno: -5 })
  expect(error.cause).toBeInstanceOf(RangeError)
  expect(error.stack).toMatch(/no disk[^]*failing/)
  expect(error.stack).not.toContain('failures.test')
  expect(Object.keys(error)).toEqual(['code', 'errno'])
  expect(Object.keys(await failure(failing(true)))).toEqual(['code', 'errno'])
  expect(pool.stats()).toMatchObject({ failed: 2, threads: 1, stopped: 0 })
})

test('what is thrown may be anything, and causes may be a circle', async () => {
  const pool = await opened()
  await expect(
    pool.offload(() => {
      throw 'text'
    })(),
  ).rejects.toBe('text')
  await expect(
    pool.offload(() => {
      throw { a: 1 }
    })(),
  ).rejects.toEqual({ a: 1 })
  await expect(
    pool.offload(() => {
      throw Symbol('s')
    })(),
  ).rejects.toBe('Symbol(s)')
  const circle = await failure(
    pool.offload(() => {
      const error = new Error('round')
      error.cause = error
      throw error
    })(),
  )
  expect(circle.cause).toMatchObject({ message: 'round' })
  expect(isMillraceError(circle)).toBe(false)
})

test('what cannot be copied is named: arguments and results', async () => {
  const pool = await opened({ maxThreads: 1 })
  await expect(pool.offload((given: unknown) => given)({ run: () => {} })).rejects.toMatchObject({
    code: 'ERR_TASK_ARGUMENTS',
    message: "The task 'function' was given what cannot be copied between threads.",
    cause: { name: 'DataCloneError' },
  })
  const gives = pool.offload(function gives() {
    return { run: () => {} }
  })
  await expect(gives()).rejects.toMatchObject({
    code: 'ERR_TASK_RESULT',
    message: "What the task 'gives' gave cannot be copied between threads.",
  })
  const own = pool.offload(() => structuredClone(() => {}))
  expect((await failure(own())).name).toBe('DataCloneError')
  expect(await pool.offload(() => 1)()).toBe(1)
  expect(pool.stats()).toMatchObject({ failed: 3, finished: 1 })
})

test('a module that cannot be imported, or does not export the task, is told so', async () => {
  const pool = await opened()
  await expect(pool.offload(taskFile('broken'))()).rejects.toMatchObject({
    name: 'TaskError',
    code: 'ERR_TASK_MODULE',
    message: "The module of the task 'broken.ts' cannot be imported.",
    cause: { message: 'broken on import' },
  })
  await expect(pool.offload(taskFile('numbers'), { export: 'triple' })()).rejects.toMatchObject({
    code: 'ERR_TASK_MODULE',
    message:
      "The module of the task 'triple of numbers.ts' does not fit: there is no function 'triple' among its exports: default, double, noFunction.",
  })
  await expect(pool.offload(taskFile('numbers'), { export: 'noFunction' })()).rejects.toThrow(
    "no function 'noFunction'",
  )
})

test('a pool does not open when a module cannot be imported, and says which and why', async () => {
  await expect(opened({ modules: [taskFile('numbers'), taskFile('broken')] })).rejects.toThrow(
    /workers: .*broken\.ts cannot be imported: broken on import/,
  )
  await expect(opened({ modules: [taskFile('missing').href] })).rejects.toThrow(/missing\.ts cannot be imported/)
})
