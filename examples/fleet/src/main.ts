import { fleet } from './fleet.ts'
import { runningRedis } from './redis.ts'
import { endAtSignals } from './signals.ts'

const port = Number(process.env['PORT'] || 3400)
const isUp = endAtSignals()
try {
  if (!Number.isInteger(port) || port < 0 || port > 65_532)
    throw new Error(`PORT must be a number from 0 to 65532, got '${process.env['PORT']}'.`)
  const redis = await runningRedis(process.env['REDIS_URL'])
  const members = await fleet({ redisUrl: redis.url, namespace: 'fleet', port }).catch(async (error: unknown) => {
    await redis.close()
    throw error
  })
  process.stdout.write(`Four processes share ${redis.url}\n${members.map(({ url }) => `  ${url}\n`).join('')}`)
  const stop = async () => {
    await Promise.all(members.map((one) => one.stop()))
    await redis.close()
  }
  isUp()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop())
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
