import { kindOf } from '@millrace/core'
/**
 * What a batch function answered, checked. The values stay out of the message, which a language model may read.
 *
 * @throws TypeError when it is no array, or has not one value for each item
 */
export const checkAnswers = (
  name: string,
  answer: unknown,
  count: number,
): { readonly values: readonly unknown[]; readonly failed: number } => {
  if (!Array.isArray(answer)) throw wrong(name, count, kindOf(answer))
  if (answer.length !== count) throw wrong(name, count, `an array of ${answer.length}`)
  let failed = 0
  for (const value of answer) if (value instanceof Error) failed += 1
  return { values: answer, failed }
}

const wrong = (name: string, count: number, got: string): TypeError =>
  new TypeError(
    `${name}: the batch function must answer with an array of ${count}, one value or Error for each item in its order, got ${got}`,
  )
