import { lifespan } from '@millrace/lifespan'
import { ops } from './index.ts'
import type { Listening } from './index.ts'

// One that is made before what it asks, as it is a part of it.
const seen = ops({ lifespan: () => app })
const app = lifespan({ seen })
export const listening: Listening = app.resources.seen
