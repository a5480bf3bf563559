/** The SDKs' `EventStore`, whose messages are theirs alone. */
export interface EventStore {
  storeEvent(streamId: string, message: unknown): Promise<string>
  getStreamIdForEventId(eventId: string): Promise<string | undefined>
  replayEventsAfter(
    lastEventId: string,
    to: { send: (eventId: string, message: never) => Promise<void> },
  ): Promise<string>
}

/**
 * What was last sent on the streams of one session: the oldest event goes when a new one finds no room. A client that
 * comes back for an event which is gone gets what is left after it.
 *
 * @param maxEvents kept at a time, an integer ≥ 1
 */
export const eventStore = (maxEvents: number): EventStore => {
  const events = new Map<number, { readonly streamId: string; readonly message: unknown }>()
  let last = 0
  return {
    storeEvent: async (streamId, message) => {
      last += 1
      events.set(last, { streamId, message })
      events.delete(last - maxEvents)
      return `${last}.${streamId}`
    },
    getStreamIdForEventId: async (eventId) => parse(eventId)?.streamId,
    replayEventsAfter: async (lastEventId, { send }) => {
      const { at, streamId } = parse(lastEventId) ?? { at: last, streamId: '' }
      const missed = [...events].filter(([number, event]) => number > at && event.streamId === streamId)
      for (const [number, { message }] of missed) {
        // An empty event only told the client where to come back to.
        if (isMessage(message)) await send(`${number}.${streamId}`, message as never)
      }
      return streamId
    },
  }
}

const parse = (eventId: string): { readonly at: number; readonly streamId: string } | undefined => {
  const [, at, streamId] = /^(\d+)\.(.+)$/s.exec(eventId) ?? []
  return at === undefined || streamId === undefined ? undefined : { at: Number(at), streamId }
}

const isMessage = (message: unknown): boolean =>
  message !== null && typeof message === 'object' && Object.keys(message).length > 0
