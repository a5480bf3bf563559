import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { lastingMs } from '../plan.ts'
import { lasting, network, restarts, thrice } from '../strikes.ts'
import type { Fault } from '../subject.ts'
import { connected, look, sessionsOf } from './look.ts'
import type { Servers, Single, Watched } from './world.ts'

const terminate = ({ port }: Single): Promise<void> =>
  look(port, async (client) => {
    for (const id of await sessionsOf(client)) await client.client('KILL', 'ID', id)
  })

/** Holds every connection that the server has to give, those of the server under test included. */
const crowd = async ({ port }: Single): Promise<void> => {
  const first = await connected(port)
  const crowd = new Set<Socket>()
  const one = (): void => {
    const socket = connect(port, '127.0.0.1')
    crowd.add(socket)
    socket.on('error', () => {}).once('close', () => crowd.delete(socket))
  }
  for (const endsAt = performance.now() + lastingMs; performance.now() < endsAt; await sleep(50)) {
    for (const id of await sessionsOf(first)) await first.client('KILL', 'ID', id)
    while (crowd.size < 60) one()
  }
  for (const socket of crowd) socket.destroy()
  first.disconnect()
}

const roomFor = (bytes: number) => async (world: Single) => {
  await look(world.port, (client) => client.config('SET', 'maxmemory', String(bytes)))
}

/** Everything that is done to one server, one after the other. */
export const faults: ReadonlyArray<Fault<Single>> = [
  { name: 'connections killed, 3 times', strike: thrice(terminate) },
  ...restarts<Single>(),
  ...network,
  { name: 'too many connections for 3 s', strike: crowd },
  { name: 'out of memory for 3 s', strike: lasting(roomFor(1), roomFor(0)) },
]

/** Does something that makes another server the primary, and waits until the sentinel says so. */
const failover =
  (begin: (world: Watched, primary: number) => Promise<unknown>): Fault<Watched>['strike'] =>
  async (world) => {
    const { port } = world.sentinel
    await look(port, async (sentinel) => {
      const primary = async (): Promise<number> =>
        Number(((await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'group')) as [string, string])[1])
      const before = await primary()
      await begin(world, before)
      for (const giveUpAt = performance.now() + 30_000; (await primary()) === before; await sleep(20)) {
        if (performance.now() > giveUpAt) throw new Error('The sentinel has made no other server the primary in 30 s.')
      }
    })
  }

/** What is done to a group with a sentinel. */
export const groupFaults: ReadonlyArray<Fault<Watched>> = [
  {
    name: 'failover, asked for',
    strike: failover(({ sentinel }) => look(sentinel.port, (client) => client.call('SENTINEL', 'FAILOVER', 'group'))),
  },
  {
    name: 'primary killed, failover',
    strike: failover(async ({ servers }, primary) => servers.find(({ port }) => port === primary)?.kill()),
  },
]

/** Moves a thousand slots with their keys from the first server to the second, as an operator does. */
const reshard = async ({ servers }: Servers): Promise<void> => {
  const [from = NaN, to = NaN] = servers.map(({ port }) => port)
  const [fromId, toId] = await Promise.all([from, to].map((port) => look(port, (client) => client.cluster('MYID'))))
  const slots = ['--cluster-slots', '1000', '--cluster-from', String(fromId), '--cluster-to', String(toId)]
  await promisify(execFile)('redis-cli', ['--cluster', 'reshard', `127.0.0.1:${from}`, ...slots, '--cluster-yes'])
}

/** What is done to a cluster. */
export const clusterFaults: ReadonlyArray<Fault<Servers>> = [
  { name: '1,000 slots moved', strike: reshard },
  {
    name: 'a server killed, started after 1 s',
    strike: async ({ servers: [server] }) => {
      await server?.kill()
      await sleep(1_000)
      await server?.start()
    },
  },
]
