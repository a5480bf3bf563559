import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { lastingMs } from '../plan.ts'
import { lasting, network, restarts } from '../strikes.ts'
import type { Fault } from '../subject.ts'
import type { Web } from './world.ts'

/** Holds every connection that the service takes, those of the pool included. */
const crowd = async ({ port, proxy }: Web): Promise<void> => {
  const crowd = new Set<Socket>()
  const one = (): void => {
    const socket = connect(port, '127.0.0.1')
    crowd.add(socket)
    socket.on('error', () => {}).once('close', () => crowd.delete(socket))
  }
  for (const endsAt = performance.now() + lastingMs; performance.now() < endsAt; await sleep(50)) {
    proxy.reset()
    while (crowd.size < 80) one()
  }
  for (const socket of crowd) socket.destroy()
}

const well = ({ become }: Web): void => become('well')

/** Everything that is done to an HTTP service, one after the other. */
export const faults: ReadonlyArray<Fault<Web>> = [
  ...restarts<Web>(),
  ...network,
  { name: 'too many connections for 3 s', strike: crowd },
  { name: 'answers 503 for 3 s', strike: lasting(({ become }) => become('busy'), well) },
  { name: 'answers cut in the middle for 3 s', strike: lasting(({ become }) => become('cut'), well) },
]
