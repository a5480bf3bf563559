import { channel } from '@millrace/core'
import type { EventChannel, QueueEvent } from '@millrace/core'

/** Where the middleware of this package say what they do. */
export const events: EventChannel<QueueEvent> = channel('queue')
