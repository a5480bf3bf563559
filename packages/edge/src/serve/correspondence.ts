import { letterOf, replyTo } from '@millrace/core'
import type { Answerer, SupervisionWatcher } from '@millrace/core'
import type { Worker } from './supervised.ts'

/** What workers and those beside their supervisor, whoever they are, want to know of each other. */
export class Correspondence {
  readonly #answerers = new Map<string, Answerer>()
  readonly #watchers = new Set<SupervisionWatcher>()

  /** Answers what workers ask about a topic. Returns what ends that. */
  answer(topic: string, answerer: Answerer): () => void {
    this.#answerers.set(topic, answerer)
    return () => {
      if (this.#answerers.get(topic) === answerer) this.#answerers.delete(topic)
    }
  }

  /** Tells what becomes of workers. Returns what ends that. */
  watch(watcher: SupervisionWatcher): () => void {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  /** Takes a message. @returns whether it was a letter */
  hear(worker: Worker, message: unknown): boolean {
    const letter = letterOf(message)
    if (letter === undefined) return false
    if (letter.millrace === 'answer') worker.hear(letter)
    else {
      const { id, topic, question } = letter
      void replyTo(id, question, this.#answerers.get(topic) ?? nobody).then((reply) => worker.process.send(reply))
    }
    return true
  }

  ready(worker: Worker): void {
    for (const watcher of this.#watchers) watcher.ready?.(worker)
  }

  /** Resolves when nobody wants to ask it anything more. */
  async leaving(worker: Worker): Promise<void> {
    await Promise.allSettled(Array.from(this.#watchers, async (watcher) => watcher.leaving?.(worker)))
  }

  ended(worker: Worker): void {
    for (const watcher of this.#watchers) watcher.ended?.(worker)
  }
}

const nobody: Answerer = () => {
  throw new Error('Nobody answers that here.')
}
