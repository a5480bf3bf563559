import type { Clock } from '../clock.ts'
import { Asking } from './asking.ts'
import { letterOf, replyTo } from './letters.ts'
import type { Answerer, Letter } from './letters.ts'

/** Which of the processes that serve together this one is, from 1; a supervisor says so where it starts one. */
export const placeVariable = 'EDGE_WORKER_PLACE'

/** Which of the processes that serve together this one is, from 1; undefined when it is none of them. */
export const workerPlace = (): number | undefined => {
  const place = Number(process.env[placeVariable])
  // What a worker starts inherits what it was told, but not its line to the supervisor.
  return process.connected && Number.isInteger(place) && place > 0 ? place : undefined
}

/** Answers what the supervisor of this process asks about a topic. Returns what ends that. */
export const answerSupervisor = (topic: string, answerer: Answerer): (() => void) => {
  const hear = (message: unknown): void => {
    const letter = letterOf(message)
    if (letter?.millrace === 'ask' && letter.topic === topic) {
      void replyTo(letter.id, letter.question, answerer).then(send)
    }
  }
  process.on('message', hear)
  return () => void process.off('message', hear)
}

/**
 * Asks the supervisor of this process.
 *
 * @param withinMs how long it may take, in milliseconds
 * @throws Error in a sentence when no answer comes in time, or with what the supervisor said is wrong
 */
export const askSupervisor = async (
  topic: string,
  question: unknown,
  withinMs: number,
  clock: Clock,
): Promise<unknown> => {
  const asking = new Asking(send, clock)
  const hear = (message: unknown): void => {
    const letter = letterOf(message)
    if (letter?.millrace === 'answer') asking.hear(letter)
  }
  process.on('message', hear)
  try {
    return await asking.ask(topic, question, withinMs)
  } finally {
    process.off('message', hear)
  }
}

// A supervisor that has gone hears nothing any more; its workers end by themselves.
const send = (letter: Letter): void => void process.send?.(letter, undefined, undefined, () => {})
