import type { Entry, Lease, Leased } from '@millrace/core'
import type { Connection } from '../connection/connection.ts'
import { isCluster } from '../connection/nodes.ts'
import { runScript, runScriptBuffer, Script } from '../connection/script.ts'
import type { Keys } from './keys.ts'
import { recordTags } from './tags.ts'

/** How an entry gets to Redis, and what becomes of the one before when it does not. */
export interface Put {
  readonly write: (bytes: Buffer, leftMs: number) => Promise<unknown>
  readonly drop: () => Promise<unknown>
}

/** What leases need of their store. */
export interface LeasesOptions {
  readonly connection: Connection
  readonly keys: Keys
  readonly leaseMs: number
  /** The entry in these bytes, when it is one that is fresh. */
  readonly read: (bytes: Buffer) => Promise<Entry | undefined>
  /** @returns what writing comes to; false when the entry must not be kept or finds no room, and was dropped */
  readonly put: (entry: Entry, by: Put) => Promise<unknown>
}

/**
 * The leases of a store: keys beside the entries' own, on the same server of a cluster, which end by themselves. Only
 * whoever still has the lease writes the entry, in one go with looking.
 */
export class Leases {
  readonly #options: LeasesOptions
  readonly #own = crypto.randomUUID()
  #count = 0

  constructor(options: LeasesOptions) {
    this.#options = options
  }

  async ask(key: string, known: Entry | undefined): Promise<Leased> {
    const { leaseMs } = this.#options
    const token = `${this.#own}:${(this.#count += 1)}`
    // What is there is looked at first: only where it is outdated, or the one known, is it loaded anew.
    const [state, bytes] = await this.#run(key, [token, leaseMs, 'look'])
    if (state === said.present) {
      const entry = await this.#options.read(bytes)
      if (entry !== undefined && entry.storedAt !== known?.storedAt) return { state: 'stored', entry }
      const [again] = await this.#run(key, [token, leaseMs, 'take'])
      return this.#leased(key, token, again)
    }
    return this.#leased(key, token, state)
  }

  #leased(key: string, token: string, state: number): Leased {
    if (state === said.granted) return { state: 'granted', lease: this.#lease(key, token) }
    return { state: state === said.free ? 'free' : 'taken' }
  }

  #lease(key: string, token: string): Lease {
    const { connection, keys, leaseMs, put } = this.#options
    const name = keys.entry(key)
    const names = [name, keys.lease(name)]
    const run = (script: Script, values: readonly (string | number)[]): Promise<unknown> =>
      connection.run((client) => runScript(client, script, names, values))
    return {
      renewMs: leaseMs / 3,
      renew: async () => (await run(renew, [token, leaseMs])) === 1,
      release: async (isPassedOn) => void (await run(end, [token, isPassedOn ? 'passed on' : 'not kept', freeMs])),
      set: async (entry) => {
        const write = (bytes: Buffer, leftMs: number): Promise<unknown> =>
          connection.run((client) => {
            const tags = isCluster(client) ? [] : entry.tags.map((tag) => keys.tag(tag))
            const now = Date.now()
            return runScript(client, store, [...names, ...tags], [bytes, leftMs, now, now + leftMs, token])
          })
        const done = await put(entry, { write, drop: () => run(end, [token, 'outdated', freeMs]) })
        return done === 'over' ? 'over' : done !== false
      },
    }
  }

  async #run(key: string, values: readonly (string | number)[]): Promise<readonly [number, Buffer]> {
    const { connection, keys } = this.#options
    const name = keys.entry(key)
    const answer = await connection.run((client) => runScriptBuffer(client, ask, [name, keys.lease(name)], values))
    return answer as readonly [number, Buffer]
  }
}

const said = { taken: 0, granted: 1, present: 2, free: 3 }

// Longer than the longest pause between two questions of those who wait.
const freeMs = 250

// A lease that never ends is none of ours; so is anything but a string.
const ask = new Script(`
local held = redis.pcall('GET', KEYS[2])
if type(held) == 'string' and redis.call('PTTL', KEYS[2]) > 0 then return {held == 'free' and 3 or 0} end
if ARGV[3] == 'look' then
  local bytes = redis.pcall('GET', KEYS[1])
  if type(bytes) == 'string' then return {2, bytes} end
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return {1}
`)

const renew = new Script(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[2], ARGV[2])
`)

// Redis refuses no write of a script that has made room before, however full it is.
const end = new Script(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])
if ARGV[2] == 'passed on' then return 1 end
if ARGV[2] == 'outdated' then redis.call('DEL', KEYS[1]) end
return redis.call('SET', KEYS[2], 'free', 'PX', ARGV[3])
`)

const store = new Script(`
if redis.call('GET', KEYS[2]) ~= ARGV[5] then return 'over' end
${recordTags(3)}
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return redis.call('DEL', KEYS[2])
`)
