// An MCP server with two tools on an HTTP service.
import { lifespan } from '@millrace/lifespan'
import { timeout } from '@millrace/resilience'
import { httpPool } from '@millrace/undici'
import { timeoutMs } from '../plan.ts'
import { given, serve } from '../serve.ts'
import { options } from './options.ts'

const origin = String(given())
const app = lifespan({ http: httpPool(options) }, { signals: false })
const { http } = await app.start()

serve(
  {
    double: async (n, signal) => (await http.json<{ n: number }>(`${origin}/double/${n}`, signal)).n,
    keep: async (n, signal) => (await http.json<{ n: number }>(`${origin}/keep/${n}`, { method: 'POST', signal })).n,
  },
  [app.gate, timeout({ timeoutMs })],
  () => {
    const { active, waiting } = http.stats()
    return active + waiting
  },
)
