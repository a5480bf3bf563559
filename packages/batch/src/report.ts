import { channel } from '@millrace/core'
import type { BatchEvent, EventChannel } from '@millrace/core'

/** Where this package says what it does. */
export const events: EventChannel<BatchEvent> = channel('batch')
