/** What must be known of a session of the protocol to go on with it in another process. */
export interface SessionRecord {
  /** The client's `initialize` request, as it came. */
  readonly initialize: { readonly [name: string]: unknown }
  /** Whose it is: nobody else may go on with it. Undefined for an anonymous caller. */
  readonly owner?: string | undefined
}

/** Where processes find the sessions that others have begun. It may fail. */
export interface SessionStore {
  save(id: string, record: SessionRecord): Promise<void>
  /** The session, which is kept for longer by that; undefined when there is none. */
  load(id: string): Promise<SessionRecord | undefined>
  /** It has ended. */
  forget(id: string): Promise<void>
}
