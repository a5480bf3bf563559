import { Account } from './account.ts'

/**
 * Accounts by key in bounded memory. When it is full, a new key takes the place of one that has nothing counted against
 * it, else of one that has not been asked for again for long, as CLOCK approximates it (Corbató 1968). A key whose calls
 * wait stays.
 */
export class Accounts {
  readonly #maxKeys: number
  readonly #paces: number
  readonly #accounts = new Map<string, Account>()

  constructor(maxKeys: number, paces: number) {
    this.#maxKeys = maxKeys
    this.#paces = paces
  }

  /** The account of a key, made when there is none. */
  get(key: string, now: number): Account {
    const found = this.#accounts.get(key)
    if (found === undefined) return this.#add(key, now)
    found.wasUsed = true
    return found
  }

  /** The account of a key; undefined when there is none. */
  peek(key: string): Account | undefined {
    return this.#accounts.get(key)
  }

  /** Forgets what was counted for one key, or for all of them. */
  reset(key?: string): void {
    const keys = key === undefined ? [...this.#accounts.keys()] : [key]
    for (const one of keys) {
      const account = this.#accounts.get(one)
      if (account?.isWaitedFor === true) account.clear()
      else this.#accounts.delete(one)
    }
  }

  #add(key: string, now: number): Account {
    // Twice where there are too many, as there may be once calls of many keys have waited.
    for (let n = 0; n < 2 && this.#accounts.size >= this.#maxKeys; n += 1) this.#makeRoom(now)
    const account = new Account(this.#paces)
    this.#accounts.set(key, account)
    return account
  }

  /** What it passes is put behind everything else, so that each search goes on where the last one stopped. */
  #makeRoom(now: number): void {
    let unused: string | undefined
    let used: string | undefined
    for (let steps = Math.min(longestSearch, this.#accounts.size); steps > 0; steps -= 1) {
      const [key, account] = this.#accounts.entries().next().value as [string, Account]
      this.#accounts.delete(key)
      if (account.isIdle(now)) return
      this.#accounts.set(key, account)
      if (account.isWaitedFor) continue
      if (account.wasUsed) used ??= key
      else unused ??= key
      account.wasUsed = false
    }
    const gone = unused ?? used
    if (gone !== undefined) this.#accounts.delete(gone)
  }
}

// Of a hundred keys that are new in a row each must cost little.
const longestSearch = 8
