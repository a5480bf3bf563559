import { MillraceError } from '@millrace/core'
import { faultOf } from './fault.ts'
import { Folder, identityOf } from './folder.ts'
import { Table } from './table.ts'
import type { Bounds } from './table.ts'

/** What generations need of their store. */
export interface GenerationsOptions {
  readonly path: string
  readonly namespace: string
  readonly bounds: Bounds
  /** Told when a file is given up. */
  readonly onGivenUp: (path: string, error: unknown) => void
}

/**
 * The file that all processes are at now. One that is damaged, or where something cannot be dropped, is given up for a
 * new one, and every process follows.
 */
export class Generations {
  readonly #options: GenerationsOptions
  readonly #folder: Folder
  /** Tables whose file another has taken the place of: to close them would remove what belongs to that one. */
  readonly #lost: Table[] = []
  #table: Table | undefined
  #number = 0
  /** The lowest number that is not given up. */
  #first = 1
  #identity: number | undefined
  #lookedAt = -Infinity
  #isClosed = false

  /** @throws MillraceError (`ERR_STORE_UNUSABLE`) when the folder cannot be read and written */
  constructor(options: GenerationsOptions) {
    this.#options = options
    try {
      this.#folder = new Folder(options.path, options.namespace)
      this.#open()
    } catch (cause) {
      if ((cause as { readonly code?: unknown }).code === 'ERR_STORE_UNUSABLE') throw cause
      const message = `diskStore: cannot keep anything in ${options.path}: ${messageOf(cause)}`
      throw new MillraceError(message, { code: 'ERR_STORE_UNUSABLE', cause })
    }
  }

  /** Undefined while there is none that can be used. */
  get table(): Table | undefined {
    return this.#table
  }

  /** Goes where the other processes have gone, which it looks for once a second. */
  follow(now: number): void {
    if (now - this.#lookedAt < pauseMs) return
    this.#lookedAt = now
    if (!this.#isClosed && !this.#isCurrent()) this.#move()
  }

  /** Gives up the file of this table for a new one, unless that is done already, here or by another process. */
  giveUp(table: Table, error: unknown): void {
    if (table !== this.#table) return
    if (this.#isCurrent()) {
      this.#options.onGivenUp(this.#folder.pathOf(this.#number), error)
      this.#first = this.#number + 1
      // Before there is a new one: where a disk is full, that makes room for it.
      if (faultOf(error) !== 'damaged') this.#folder.removeBefore(this.#first)
    }
    this.#move()
  }

  close(): void {
    this.#isClosed = true
    this.#leave()
  }

  #isCurrent(): boolean {
    if (this.#table === undefined) return false
    const isThere = identityOf(this.#folder.pathOf(this.#number)) === this.#identity
    return isThere && identityOf(this.#folder.pathOf(this.#number + 1)) === undefined
  }

  #move(): void {
    this.#leave()
    try {
      this.#open()
    } catch (error) {
      this.#options.onGivenUp(this.#options.path, error)
    }
  }

  #leave(): void {
    const table = this.#table
    this.#table = undefined
    if (table === undefined) return
    const identity = identityOf(this.#folder.pathOf(this.#number))
    if (identity !== undefined && identity !== this.#identity) this.#lost.push(table)
    else table.close()
  }

  /** @throws what SQLite and the file system throw */
  #open(): void {
    const first = Math.max(this.#folder.newest, this.#first)
    for (let number = first; this.#table === undefined; number += 1) {
      const path = this.#folder.pathOf(number)
      try {
        this.#table = new Table(path, this.#options.bounds)
        this.#number = number
        this.#identity = identityOf(path)
      } catch (error) {
        if (faultOf(error) !== 'damaged' || number >= first + mostDamaged) throw error
        this.#first = number + 1
        this.#options.onGivenUp(path, error)
      }
    }
    // One that was given up may be looked at: the last one stays.
    this.#folder.removeBefore(this.#number - 1)
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const pauseMs = 1_000
const mostDamaged = 3
