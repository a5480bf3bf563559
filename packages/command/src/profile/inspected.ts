import { WebSocket } from 'undici'
import { CommandError } from '../commandError.ts'
import { isRecord } from '../wire/judge.ts'
import type { CpuProfile } from './cpuProfile.ts'

/** A process that lets itself be inspected. */
export interface Inspected {
  start(): Promise<void>
  stop(): Promise<CpuProfile>
  close(): void
}

/** Reaches the inspector of a process. @param address as Node prints it: `ws://127.0.0.1:9229/…` */
export const inspected = async (address: string): Promise<Inspected> => {
  const socket = new WebSocket(address)
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  let lastId = 0
  const gone = new CommandError('The process ended before it could be profiled.')
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new CommandError(`The inspector at ${address} does not answer.`)))
  })
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(gone)
    waiting.clear()
  })
  socket.addEventListener('message', ({ data }) => {
    const message: unknown = JSON.parse(String(data))
    if (!isRecord(message)) return
    // A process that is told to exit would wait for as long as it is inspected.
    if (message['method'] === 'NodeRuntime.waitingForDisconnect') socket.close()
    waiting.get(message['id'] as number)?.resolve(message['result'])
    waiting.delete(message['id'] as number)
  })
  const post = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (socket.readyState !== WebSocket.OPEN) return reject(gone)
      const id = (lastId += 1)
      waiting.set(id, { resolve, reject })
      socket.send(JSON.stringify({ id, method, params }))
    })
  await post('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true })
  return {
    start: async () => {
      await post('Profiler.enable')
      await post('Profiler.setSamplingInterval', { interval: 500 })
      await post('Profiler.start')
    },
    stop: async () => ((await post('Profiler.stop')) as { readonly profile: CpuProfile }).profile,
    close: () => socket.close(),
  }
}
