import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { Asking, letterOf, placeVariable, replyTo, systemClock, workerPlace } from '../index.ts'
import type { Letter } from '../index.ts'

const program = fileURLToPath(new URL('../fixtures/supervised.ts', import.meta.url))

it('answers its supervisor, and asks it', async () => {
  const env = { ...process.env, [placeVariable]: '3' }
  const child = fork(program, { env, execArgv: ['--conditions=@millrace/source'] })
  onTestFinished(() => void child.kill())
  const asking = new Asking((letter) => child.send(letter), systemClock)
  const said = new Promise((resolve) => {
    child.on('message', (message) => {
      const letter = letterOf(message)
      if (letter === undefined) resolve(message)
      else if (letter.millrace === 'answer') asking.hear(letter)
      else void replyTo(letter.id, letter.question, () => `at ${letter.topic}`).then((reply) => child.send(reply))
    })
  })
  expect(await said).toEqual({ place: 3, url: 'at where' })
  expect(await asking.ask('sum', [1, 2, 3], 10_000)).toBe(6)
  await expect(asking.ask('trouble', null, 10_000)).rejects.toThrow('There is trouble.')
  await asking.ask('stop', null, 10_000)
  await expect(asking.ask('sum', [1], 50)).rejects.toThrow('It did not answer within 50 ms.')
  const ended = asking.ask('sum', [1], 10_000)
  child.kill()
  await once(child, 'exit')
  asking.end()
  await expect(ended).rejects.toThrow('It has ended.')
})

it('knows letters from whatever else processes send', () => {
  const letter: Letter = { millrace: 'ask', id: 'a', topic: 't', question: 1 }
  expect(letterOf(letter)).toBe(letter)
  for (const one of [
    null,
    'text',
    7,
    {},
    { millrace: 'ask' },
    { millrace: 'close', id: 'a' },
    { millrace: 'answer', id: 7 },
  ]) {
    expect(letterOf(one)).toBeUndefined()
  }
})

it('drops an answer that nobody waits for any more, and says what is thrown in a sentence', async () => {
  const asking = new Asking(() => {}, systemClock)
  asking.hear({ millrace: 'answer', id: 'nobody', answer: 1 })
  const said = await replyTo('a', 1, () => Promise.reject(Object('not an error')))
  expect(said).toEqual({ millrace: 'answer', id: 'a', fault: 'not an error' })
})

it('is no worker where nobody says so', () => {
  expect(workerPlace()).toBeUndefined()
})
