/** Keeps the events of a session's streams, so that a client that reconnects gets what it missed. */
export interface Events<Message extends object> {
  storeEvent(streamId: string, message: Message): Promise<string>
  replayEventsAfter(
    lastEventId: string,
    replay: { send: (eventId: string, message: Message) => Promise<void> },
  ): Promise<string>
}

/**
 * An event store for one session, in the shape both SDK lines ask for; it holds the last `maxEvents` events.
 * @default maxEvents 1000
 */
export function events<Message extends object>(maxEvents = 1_000): Events<Message> {
  const stored = new Map<string, { streamId: string; message: Message }>()
  let count = 0

  return {
    async storeEvent(streamId, message) {
      const id = `${streamId}-${(count += 1)}`
      stored.set(id, { streamId, message })
      for (const oldest of stored.keys()) {
        if (stored.size <= maxEvents) break
        stored.delete(oldest)
      }
      return id
    },

    async replayEventsAfter(lastEventId, { send }) {
      const streamId = stored.get(lastEventId)?.streamId
      if (streamId === undefined) return ''
      let isMissed = false
      for (const [id, event] of stored) {
        // The priming event of a stream is stored as an empty message, which is none that anybody missed.
        const isMessage = Object.keys(event.message).length > 0
        if (isMissed && isMessage && event.streamId === streamId) await send(id, event.message)
        if (id === lastEventId) isMissed = true
      }
      return streamId
    },
  }
}
