import { connect } from 'node:net'
import type { Clock } from '@millrace/core'
import { duration } from '@millrace/core'
import { CommandError } from '../commandError.ts'
import type { Program } from '../stdio/program.ts'
import { heeding } from '../wire/heeding.ts'

/** Sees that an address is free for a program that is going to listen there. @throws CommandError when it is taken */
export const nobodyListens = async (url: URL): Promise<void> => {
  if (await isListening(url)) {
    throw new CommandError(`Something listens at ${url.host} already, so the program that is started cannot.`)
  }
}

/** Waits until a program listens. @throws CommandError when it ends, takes too long, or that was interrupted */
export const listening = async (
  url: URL,
  program: Pick<Program, 'gone' | 'whenGone'>,
  {
    name,
    timeoutMs,
    clock,
    stop,
  }: { readonly name: string; readonly timeoutMs: number; readonly clock: Clock; readonly stop: AbortSignal },
): Promise<void> => {
  const until = clock.now() + timeoutMs
  const wait = () => new Promise<void>((resolve) => void clock.after(betweenMs, resolve))
  await heeding(
    stop,
    () => {},
    async () => {
      while (!stop.aborted && !(await isListening(url))) {
        if (program.gone !== undefined) throw new CommandError(`${name}: ${program.gone}.`)
        if (clock.now() > until) {
          throw new CommandError(`${name} does not listen at ${url.host}, ${duration(timeoutMs)} after it was started.`)
        }
        await Promise.race([wait(), program.whenGone])
      }
    },
  )
}

const betweenMs = 50

const isListening = (url: URL): Promise<boolean> =>
  new Promise((resolve) => {
    const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
    const socket = connect({ host: url.hostname.replaceAll(/^\[|\]$/g, ''), port })
    const settle = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
  })
