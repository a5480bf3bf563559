import { randomUUID } from 'node:crypto'
import { caller } from './callers.ts'
import type { Caller } from './callers.ts'
import { fleet } from './fleet.ts'
import { runningRedis } from './redis.ts'
import { endAtSignals } from './signals.ts'

// Starts four processes on free ports, calls all of them at once, and shows what they did together.
endAtSignals()
const redis = await runningRedis(process.env['REDIS_URL'])
const members = await fleet({ redisUrl: redis.url, namespace: `fleet-${randomUUID()}`, port: 0 })
const callers = await Promise.all(members.map(caller))
const [first, , , last] = callers as [Caller, Caller, Caller, Caller]

const loads = async (of: readonly Caller[]): Promise<number> => {
  const all = await Promise.all(of.map((one) => one.call('process')))
  return all.reduce((sum, { loads: count }) => sum + Number(count), 0)
}
const show = (what: string, came: string) => process.stdout.write(`${what.padEnd(64)}${came}\n`)

const askAll = async (id: number, of = callers): Promise<string> => {
  const before = await loads(of)
  const startedAt = performance.now()
  const calls = of.flatMap((one) => Array.from({ length: 10 }, () => one.call('report', { id })))
  const answers = await Promise.all(calls)
  const took = performance.now() - startedAt
  const makers = new Set(answers.map(({ madeBy }) => madeBy)).size
  return `${(await loads(of)) - before} loads, ${answers.length} answers made by ${makers}, ${took.toFixed(0)} ms`
}

// The first call of a process opens its connection and compiles its code.
await Promise.all(callers.map((one) => one.call('report', { id: 0 })))

show('40 callers at four processes ask for one report', await askAll(1))
show('the same once more', await askAll(1))

await first.call('rename_report', { id: 1, name: 'Fleet' })
const renamedAt = performance.now()
/** Asks one process until it has the new name. @returns when it last showed the old one */
const lastOld = async (one: Caller): Promise<number> => {
  let oldAt = renamedAt
  while ((await one.call('report', { id: 1 }))['name'] !== 'Fleet') oldAt = performance.now()
  return oldAt - renamedAt
}
const olds = await Promise.all(callers.map(lastOld))
show('renamed at one process; the last old name at any of them', `after ${Math.max(...olds).toFixed(0)} ms`)

const quotes = await Promise.allSettled(callers.flatMap((one) => Array.from({ length: 20 }, () => one.call('quote'))))
const refused = quotes.filter((one) => one.status === 'rejected')
show(
  '80 calls at once of a tool that all may call 20 times a second',
  `${quotes.length - refused.length} answered, ${refused.length} refused`,
)
show('', String((refused[0]?.reason as Error | undefined)?.message))

await members[0]?.kill()
show('one process is killed; another has what it made', JSON.stringify(await last.call('report', { id: 1 })))

if (redis.isOwn) {
  await redis.close()
  show('Redis is gone; three processes are asked for that report', await askAll(1, callers.slice(1)))
}

await Promise.all(callers.map((one) => one.close()))
await Promise.all(members.slice(1).map((one) => one.stop()))
await redis.close()
