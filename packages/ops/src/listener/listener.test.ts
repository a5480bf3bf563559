import { systemClock } from '@millrace/core'
import { expect, it } from 'vitest'
import { Listener } from './listener.ts'
import { portFault } from './portFault.ts'

it('does not listen where others can reach it, whatever the name of the address said', async () => {
  const place = { port: 0, host: '0.0.0.0', isLocal: true }
  await expect(Listener.open(place, async () => {}, [], systemClock)).rejects.toThrow(
    'ops: 0.0.0.0 is 0.0.0.0, which others can reach; give ops a token to listen there',
  )
})

it('shows an address of six as a URL has it', async () => {
  const place = { port: 0, host: '::1', isLocal: true }
  const listener = await Listener.open(place, async () => {}, [], systemClock)
  expect(listener.url.hostname).toBe('[::1]')
  await listener.close()
})

it('says what to do about a port that only root may have', () => {
  const error = Object.assign(new Error('listen EACCES'), { code: 'EACCES' })
  expect(portFault(error, 80, '127.0.0.1')).toBe('this user may not listen on port 80; give ops one above 1023')
})
