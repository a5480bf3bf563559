import { channel } from '@millrace/core'
import type { EventChannel, PgEvent } from '@millrace/core'

/** Where this package says what it does. */
export const events: EventChannel<PgEvent> = channel('pg')
