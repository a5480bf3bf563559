import { lifespan, redis, serve } from 'millrace'
import { createServer } from './server.ts'
import { shared } from './shared.ts'

// One process of the fleet. It is started by `fleet.ts`, and might as well run on a machine of its own.
const { REDIS_URL: connection, NAMESPACE: namespace = 'fleet', PORT: port = '0' } = process.env

// Whoever started it may be gone without a word, also while it starts.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))

const app = lifespan({ redis: redis({ connection, name: namespace, commandMs: 2_000, maxPauseMs: 250 }) })
await app.start()
const { redis: started } = app.resources
const { chain } = shared(started, namespace)
const done = { loads: 0 }
const { url } = await serve(() => createServer(started, namespace, chain, done), { port: Number(port), lifespan: app })
process.send?.(url.href)
