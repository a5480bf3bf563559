import { channel } from '@millrace/core'
import type { EventChannel, ResilienceEvent } from '@millrace/core'

/** Where the middleware of this package say what they do. */
export const events: EventChannel<ResilienceEvent> = channel('resilience')
