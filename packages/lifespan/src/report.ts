import { channel } from '@millrace/core'
import type { EventChannel, LifespanEvent } from '@millrace/core'

/** Where this package says what it does. */
export const events: EventChannel<LifespanEvent> = channel('lifespan')
