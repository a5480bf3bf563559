import { letterOf, placeVariable } from '@millrace/core'
import type { Letter } from '@millrace/core'
import { expect, it, onTestFinished, vi } from 'vitest'
import { ask } from '../fixtures/ask.ts'
import { ops } from '../index.ts'

/** Makes this process a worker whose supervisor answers so, until the test ends. @returns what it is sent */
const workerOf = (answer: Partial<Letter>): Letter[] => {
  const sent: Letter[] = []
  vi.stubEnv(placeVariable, '1')
  const { connected, send: before } = process as { connected: boolean; send?: (...args: unknown[]) => boolean }
  const listeners = process.listeners('message')
  const send = (message: unknown, ...more: unknown[]): boolean => {
    const letter = letterOf(message)
    // What runs the tests has its own line.
    if (letter === undefined) return before?.call(process, message, ...more) ?? false
    sent.push(letter)
    if (letter.millrace === 'ask') tell({ ...answer, millrace: 'answer', id: letter.id })
    return true
  }
  Object.assign(process, { connected: true, send })
  onTestFinished(() => {
    vi.unstubAllEnvs()
    Object.assign(process, { connected, send: before })
    for (const one of process.listeners('message')) if (!listeners.includes(one)) process.off('message', one)
  })
  return sent
}

const tell = (letter: object): void => queueMicrotask(() => void process.emit('message', letter, undefined))

const turn = () => new Promise((resolve) => setImmediate(resolve))

it('a worker opens no port, and answers its supervisor, also once it has closed what it has counted', async () => {
  const sent = workerOf({ answer: 'http://127.0.0.1:9464/' })
  const seen = ops()
  expect((await seen.start()).url.href).toBe('http://127.0.0.1:9464/')
  const answered = async (about: string) => {
    tell({ millrace: 'ask', id: 'x', topic: 'ops', question: { about } })
    await turn()
    return sent.at(-1)
  }
  expect(await answered('hello')).toEqual({ millrace: 'answer', id: 'x', answer: null })
  expect(await answered('weather')).toMatchObject({ fault: 'This worker is of another version.' })
  await seen.close()
  expect(await answered('hello')).toMatchObject({ fault: 'It is about to end.' })
  expect(await answered('metrics')).toMatchObject({ answer: { version: 1, metrics: [], foreign: [] } })
})

it('a worker whose supervisor has no listener has one itself', async () => {
  workerOf({ fault: 'Nobody answers that here.' })
  const seen = ops({ port: 0 })
  const { url } = await seen.start()
  onTestFinished(() => seen.close())
  expect((await ask(url, '/health')).status).toBe(200)
})
