import type { Resource } from '@millrace/core'
import { expectTypeOf, it } from 'vitest'
import { lifespan, resource } from './index.ts'

const db = resource({ start: async () => ({ query: (sql: string) => sql.length }) })

it('values have the type that start gives', () => {
  const app = lifespan({ db, port: resource({ start: () => 3_000 }) })
  expectTypeOf(app.resources.db.query).toEqualTypeOf<(sql: string) => number>()
  expectTypeOf(app.resources.port).toEqualTypeOf<number>()
  expectTypeOf(app.start).returns.resolves.toHaveProperty('port').toEqualTypeOf<number>()
  // @ts-expect-error there is no such resource
  void app.resources.http
})

it('start gets what it needs, with its type', () => {
  const cities = resource({ needs: { pool: db }, start: ({ pool }) => pool.query('select 1') })
  expectTypeOf(cities).toExtend<Resource<number>>()
  // @ts-expect-error nothing of that name is needed
  resource({ needs: { db }, start: ({ http }) => http })
})

it('close and check get what start gave', () => {
  resource({
    start: async () => 'open',
    close: (value) => expectTypeOf(value).toEqualTypeOf<string>(),
    check: (value) => {
      expectTypeOf(value).toEqualTypeOf<string>()
      return { status: 'healthy' }
    },
  })
  // @ts-expect-error health has three words
  resource({ start: () => 1, check: () => ({ status: 'fine' }) })
})
