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
 * What was last sent on the streams of one session: the oldest events go when a new one finds no room. A client that
 * comes back for an event which is gone gets what is left after it.
 *
 * @param maxEvents kept at a time, an integer ≥ 1
 * @param maxBytes that their JSON may take; one that is larger by itself is not kept, nor any before it
 */
export const eventStore = (maxEvents: number, maxBytes: number): EventStore => {
  // As JSON, of which it is known what it takes, and which nobody changes later.
  const events = new Map<number, { readonly streamId: string; readonly json: string; readonly bytes: number }>()
  /** The last event of each stream, of the streams that were used last. */
  const streams = new Map<string, number>()
  let last = 0
  let bytesKept = 0
  const makeRoom = (): void => {
    for (const [number, { bytes }] of events) {
      if (events.size <= maxEvents && bytesKept <= maxBytes) return
      events.delete(number)
      bytesKept -= bytes
    }
  }
  const remember = (streamId: string): void => {
    streams.delete(streamId)
    streams.set(streamId, last)
    for (const oldest of streams.keys()) {
      if (streams.size <= maxEvents) return
      streams.delete(oldest)
    }
  }
  return {
    storeEvent: async (streamId, message) => {
      const json = JSON.stringify(message)
      const bytes = Buffer.byteLength(json)
      last += 1
      events.set(last, { streamId, json, bytes })
      bytesKept += bytes
      makeRoom()
      remember(streamId)
      return `${last}.${streamId}`
    },
    // Undefined for an id that was never given, which the SDKs refuse. Of an event that is gone only its stream is known.
    getStreamIdForEventId: async (eventId) => {
      const { at, streamId } = parse(eventId) ?? { at: 0, streamId: '' }
      const event = events.get(at)
      const isGiven = event === undefined ? at <= (streams.get(streamId) ?? -1) : event.streamId === streamId
      return isGiven ? streamId : undefined
    },
    replayEventsAfter: async (lastEventId, { send }) => {
      const { at, streamId } = parse(lastEventId) ?? { at: last, streamId: '' }
      const missed = [...events].filter(([number, event]) => number > at && event.streamId === streamId)
      for (const [number, { json }] of missed) {
        // An empty event only told the client where to come back to.
        if (json !== '{}') await send(`${number}.${streamId}`, JSON.parse(json) as never)
      }
      return streamId
    },
  }
}

const parse = (eventId: string): { readonly at: number; readonly streamId: string } | undefined => {
  const [, at, streamId] = /^([1-9]\d*)\.(.+)$/s.exec(eventId) ?? []
  return at === undefined || streamId === undefined ? undefined : { at: Number(at), streamId }
}
