import { Redis } from 'ioredis'
import { name } from '../plan.ts'
import type { Kept } from '../subject.ts'

/** A connection to a Redis, past what is in between; it is not opened again. */
export const connected = async (port: number): Promise<Redis> => {
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Asks a Redis over a connection that is closed again. */
export const look = async <Value>(port: number, ask: (client: Redis) => Promise<Value>): Promise<Value> => {
  const client = await connected(port)
  try {
    return await ask(client)
  } finally {
    client.disconnect()
  }
}

/** The connections of the server under test, by number; another client may bear the name with something after it. */
export const sessionsOf = async (client: Redis): Promise<readonly string[]> => {
  const list = String(await client.client('LIST'))
  return list
    .split('\n')
    .filter((line) => line.includes(` name=${name} `))
    .map((line) => /^id=(\d+)/.exec(line)?.[1] ?? '')
}

/** Numbers that this server keeps, unless it is a copy of another one. Forgets them. */
export const keptIn = async (client: Redis): Promise<readonly Kept[]> => {
  const [role] = (await client.role()) as [string]
  if (role !== 'master') return []
  const kept: Kept[] = []
  for (const key of await client.keys('kept:*')) {
    kept.push({ n: Number(key.slice('kept:'.length)), times: Number(await client.get(key)) })
    await client.del(key)
  }
  return kept
}
