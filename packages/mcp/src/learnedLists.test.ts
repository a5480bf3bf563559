import { Server } from '@modelcontextprotocol/server'
import { expect, it } from 'vitest'
import { LearnedLists } from './learnedLists.ts'
import type { Lessons } from './learnedLists.ts'
import type { ServerCall } from './serverCall.ts'

const listIn = (shared: Lessons, name: string, principal = 'ann') =>
  new LearnedLists(new Server({ name, version: '1' })).of({ method: 'tools/call', principal } as ServerCall, shared)

it('servers of one name share what was learned, each caller for itself', () => {
  const shared: Lessons = new Map()
  expect(listIn(shared, 'a')).toBe(listIn(shared, 'a'))
  expect(listIn(shared, 'a', 'bob')).not.toBe(listIn(shared, 'a'))
  expect(listIn(shared, 'b')).not.toBe(listIn(shared, 'a'))
})

it('what is remembered is bounded, however many names servers have and however many callers there are', () => {
  const [tenants, callers]: [Lessons, Lessons] = [new Map(), new Map()]
  for (let n = 0; n < 500; n += 1) {
    listIn(tenants, `tenant ${n}`)
    listIn(callers, 'shop', `caller ${n}`)
  }
  expect(tenants.size).toBe(200)
  expect([...callers.values()].map(({ size }) => size)).toEqual([200])
})
