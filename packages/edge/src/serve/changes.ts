import type { Notifier } from '../handover/modern.ts'
import type { Change } from './messages.ts'

/** A notifier that tells of each change as a value, which can be sent elsewhere. */
export const telling = (tell: (change: Change) => void): Notifier => ({
  toolsChanged: () => tell({ kind: 'toolsChanged' }),
  promptsChanged: () => tell({ kind: 'promptsChanged' }),
  resourcesChanged: () => tell({ kind: 'resourcesChanged' }),
  resourceUpdated: (uri) => tell({ kind: 'resourceUpdated', uri }),
})

/** Tells a notifier of a change. */
export const apply = (notifier: Notifier, change: Change): void => {
  if (change.kind === 'resourceUpdated') notifier.resourceUpdated(change.uri)
  else notifier[change.kind]()
}
