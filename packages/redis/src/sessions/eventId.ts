/** What the id of an event says. */
export interface EventId {
  readonly session: string
  /** Where Redis has it, or the last one before it. */
  readonly at: string
  /** 0 for one that Redis has; others are numbered. */
  readonly unkept: number
  readonly streamId: string
}

/** The id as clients give it back in `Last-Event-ID`, a header. */
export const eventIdOf = ({ session, at, unkept, streamId }: EventId): string =>
  [encodeURIComponent(session), at, unkept, encodeURIComponent(streamId)].join('/')

/** What an id says; undefined for one that was never given. */
export const parsedId = (id: string): EventId | undefined => {
  const [, session, at, unkept, streamId] = /^([^/]+)\/(\d{1,20}-\d{1,20})\/(\d+)\/([^/]+)$/.exec(id) ?? []
  if (session === undefined) return undefined
  try {
    return {
      session: decodeURIComponent(session),
      at: at!,
      unkept: Number(unkept),
      streamId: decodeURIComponent(streamId!),
    }
  } catch {
    return undefined
  }
}
