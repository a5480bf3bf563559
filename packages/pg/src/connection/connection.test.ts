import { EventEmitter } from 'node:events'
import { manualClock } from '@millrace/core/testing'
import pg from 'pg'
import { expect, test } from 'vitest'
import { Connection } from './connection.ts'

test('a query that pg cannot even send fails, and costs no connection', () => {
  const client = new pg.Client({ stream: () => new EventEmitter() as never })
  const connection = new Connection(client, { pg, clock: manualClock(), cancelMs: 100, stream: undefined })
  const outcomes: unknown[] = []
  // As pg does with a text that is longer than a buffer may be.
  client.query = () => {
    throw new RangeError('too long')
  }
  connection.run({ text: 'SELECT 1' }, (error, result) => outcomes.push(error, result))
  expect(outcomes).toEqual([new RangeError('too long'), undefined])
  expect(connection.isClean).toBe(true)
})
