import type { Bus, BusMessage } from '@millrace/core'
import type { Drop } from './stores/ledger.ts'

/** What a cache's news go through. */
export interface BroadcastOptions {
  readonly bus: Bus
  /** Drops here what another process has dropped. */
  readonly drop: (drop: Drop) => void
  /** Told when others could not be told. */
  readonly onFailure: (during: string, operation: string, error: unknown) => void
}

/** Tells the caches of other processes what is dropped here, and drops here what they tell of. */
export class Broadcast {
  readonly #options: BroadcastOptions

  constructor(options: BroadcastOptions) {
    this.#options = options
    options.bus.subscribe((message) => options.drop(dropOf(message)))
  }

  /** Whoever drops does not wait for the others to hear of it. */
  tell(drop: Drop): void {
    void this.#send('key' in drop ? { type: 'delete', key: drop.key } : { type: 'invalidate', match: drop.match })
  }

  async #send(message: BusMessage): Promise<void> {
    const { bus, onFailure } = this.#options
    try {
      await bus.publish(message)
    } catch (error) {
      onFailure('publish', everything, error)
    }
  }
}

const dropOf = (message: BusMessage): Drop => {
  if (message.type === 'delete') return { key: message.key }
  return { match: message.type === 'clear' ? {} : message.match }
}

// In place of an operation, where none is meant.
const everything = '*'
