/** What a supervisor and its workers ask each other, among all that a program may send between its processes. */
export type Letter =
  | { readonly millrace: 'ask'; readonly id: string; readonly topic: string; readonly question: unknown }
  | { readonly millrace: 'answer'; readonly id: string; readonly answer?: unknown; readonly fault?: string }

/** Answers what is asked about a topic: with what JSON can say, or a promise of it. What it throws is said in a sentence. */
export type Answerer = (question: unknown) => unknown

/** A letter among all messages; undefined when it is none. */
export const letterOf = (message: unknown): Letter | undefined => {
  const { millrace, id } = (message ?? {}) as { readonly millrace?: unknown; readonly id?: unknown }
  return (millrace === 'ask' || millrace === 'answer') && typeof id === 'string' ? (message as Letter) : undefined
}

/** What answers a question, for whoever sends it. Never rejects. */
export const replyTo = async (id: string, question: unknown, answerer: Answerer): Promise<Letter> => {
  try {
    return { millrace: 'answer', id, answer: await answerer(question) }
  } catch (error) {
    return { millrace: 'answer', id, fault: error instanceof Error ? error.message : String(error) }
  }
}
