import type { Notifier } from './modern.ts'

/** The part of SDK v2's `ServerEventBus` that the edge uses. */
export interface EventBus {
  publish(event: ChangeEvent): void
  subscribe(listener: (event: ChangeEvent) => void): () => void
}

/** What has changed, in SDK v2's words (`ServerEvent`). */
type ChangeEvent =
  | { readonly kind: 'tools_list_changed' | 'prompts_list_changed' | 'resources_list_changed' }
  | { readonly kind: 'resource_updated'; readonly uri: string }

/** Tells a bus what has changed, whether or not anybody has subscribed here. */
export const notifierOf = (bus: EventBus): Notifier => ({
  toolsChanged: () => bus.publish({ kind: 'tools_list_changed' }),
  promptsChanged: () => bus.publish({ kind: 'prompts_list_changed' }),
  resourcesChanged: () => bus.publish({ kind: 'resources_list_changed' }),
  resourceUpdated: (uri) => bus.publish({ kind: 'resource_updated', uri }),
})

/** Runs `renew` when somebody, perhaps in another process, says that what servers have to offer has changed. */
export const onOffersChanged = (bus: EventBus, renew: () => void): (() => void) =>
  // What a resource says has changed, not what there is.
  bus.subscribe(({ kind }) => kind !== 'resource_updated' && renew())
