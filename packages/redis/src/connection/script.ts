import type { RedisClient } from './driver.ts'

/** A program that Redis runs in one go. */
export class Script {
  readonly lua: string
  #sha: string | undefined

  constructor(lua: string) {
    this.lua = lua
  }

  /** What Redis knows it by. Not made at once: most servers start without ever sending it. */
  get sha(): string {
    this.#sha ??= process.getBuiltinModule('node:crypto').createHash('sha1').update(this.lua).digest('hex')
    return this.#sha
  }
}

type Keys = ReadonlyArray<string | Buffer>
type Values = ReadonlyArray<string | number | Buffer>

/** Runs a script, and hands Redis its text when it has forgotten it, as after a restart. */
export const runScript = (client: RedisClient, script: Script, keys: Keys, values: Values): Promise<unknown> =>
  unlessForgotten(
    () => client.evalsha(script.sha, keys.length, ...keys, ...values),
    () => client.eval(script.lua, keys.length, ...keys, ...values),
  )

/** The same, for a script that answers with bytes. */
export const runScriptBuffer = (client: RedisClient, script: Script, keys: Keys, values: Values): Promise<unknown> =>
  unlessForgotten(
    () => client.callBuffer('EVALSHA', script.sha, keys.length, ...keys, ...values),
    () => client.callBuffer('EVAL', script.lua, keys.length, ...keys, ...values),
  )

const unlessForgotten = async (short: () => Promise<unknown>, whole: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await short()
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return whole()
  }
}
