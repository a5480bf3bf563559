import { subscribe } from '@millrace/core'
import type { Events } from '@millrace/core'

/** What is done at each event of a channel: all of them, so that one that is new does not go unheard. */
export type Listener<Name extends keyof Events> = {
  readonly [Type in Events[Name]['type']]: (event: Of<Events[Name], Type>) => void
}

type Of<Event, Type> = Event extends { readonly type: infer Types } ? (Type extends Types ? Event : never) : never

/** Listens to a channel. Returns what stops it. */
export const listen = <Name extends keyof Events>(name: Name, listener: Listener<Name>): (() => void) => {
  const byType = listener as unknown as { readonly [type: string]: ((event: Events[Name]) => void) | undefined }
  return subscribe(name, (event) => {
    // Another copy of a package may be newer than this one.
    byType[event.type]?.(event)
  })
}
