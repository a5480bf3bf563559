import { expect, test } from 'vitest'
import { packed } from '../thread/thrown.ts'
import { failureOf, isCloneError } from './failure.ts'

test('a result that a thread has tried and cannot send is the same fault as one that ended it', () => {
  const thrown = packed(new Error('() => {} could not be cloned.'))
  expect(failureOf({ fault: 'result', thrown, runMs: 1 }, 'gives')).toMatchObject({
    code: 'ERR_TASK_RESULT',
    message: "What the task 'gives' gave cannot be copied between threads.",
  })
  expect([isCloneError({ stack: 'DataCloneError: x' }), isCloneError({}), isCloneError(new Error('x'))]).toEqual([
    true,
    false,
    false,
  ])
})
