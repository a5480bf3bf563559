import { channel } from '@millrace/core'
import type { EventChannel, RedisEvent } from '@millrace/core'

/** Where this package says what it does. */
export const events: EventChannel<RedisEvent> = channel('redis')
