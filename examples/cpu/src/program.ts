import { lifespan, serve, workers } from 'millrace'
import type { Serving } from 'millrace'
import { createServer } from './server.ts'
import { modules, tools } from './tools.ts'

/** Starts the threads, then the server, which stops them when it closes. @param port 0 lets the system choose */
export async function program(port: number): Promise<Serving> {
  const app = lifespan({
    cpu: workers({
      name: 'cpu',
      minThreads: 2,
      maxThreads: 2,
      maxQueued: 20,
      timeLimitMs: 2_000,
      maxMemoryMb: 128,
      modules: Object.values(modules),
    }),
  })
  await app.start()
  const { cpu } = app.resources
  const handlers = tools(cpu)
  return serve(() => createServer(handlers, cpu), { port, lifespan: app })
}
