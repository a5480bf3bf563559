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

/** Runs a script, and hands Redis its text when it has forgotten it, as after a restart. */
export const runScript = async (
  client: RedisClient,
  script: Script,
  keys: ReadonlyArray<string | Buffer>,
  values: ReadonlyArray<string | number | Buffer>,
): Promise<unknown> => {
  try {
    return await client.evalsha(script.sha, keys.length, ...keys, ...values)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return client.eval(script.lua, keys.length, ...keys, ...values)
  }
}
