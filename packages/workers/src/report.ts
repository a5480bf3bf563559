import { channel } from '@millrace/core'
import type { EventChannel, WorkersEvent } from '@millrace/core'

/** Where this package says what it does. */
export const events: EventChannel<WorkersEvent> = channel('workers')
