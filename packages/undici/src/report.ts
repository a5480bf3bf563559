import { channel } from '@millrace/core'
import type { EventChannel, UndiciEvent } from '@millrace/core'

/** Where this package says what it does. */
export const events: EventChannel<UndiciEvent> = channel('undici')
