import { kindOf } from '@millrace/core'
import { Script } from 'node:vm'

/**
 * The source of a function that runs elsewhere as well as here.
 *
 * @throws TypeError in one sentence when there is none, or it stands for nothing by itself
 */
export const sourceOf = (work: (...args: never[]) => unknown): string => {
  const source = Function.prototype.toString.call(work)
  const name = work.name.trim()
  const named = name === '' || name === 'bound' ? 'a function' : `'${name}'`
  const refuse = (got: string): never => {
    throw new TypeError(`offload: expected a function that stands by itself, as its source is sent; ${got}`)
  }
  if (nativeCode.test(source))
    refuse(`${named} is native or bound and has no source of its own: wrap it, (...args) => run(...args)`)
  if (/^class\b/.test(source)) refuse(`${named} is a class`)
  if (generators.test(kindName(work))) refuse(`${named} is a generator, whose steps cannot be sent back: give an array`)
  try {
    // Compiled, and never run.
    void new Script(`'use strict';(${source}\n)`)
  } catch {
    refuse(`${named} is a method, or uses super: write it as function or arrow`)
  }
  return source
}

/** What a task is called where nobody gave it a name. */
export const labelOf = (work: (...args: never[]) => unknown): string => (work.name === '' ? 'function' : work.name)

const kindName = (work: object): string => (Object.getPrototypeOf(work) as object).constructor?.name ?? kindOf(work)

const nativeCode = /\{\s*\[native code\]\s*\}$/
const generators = /GeneratorFunction$/
