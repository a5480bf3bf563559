import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { cached } from './index.ts'

const read = (target: string, principal?: string) =>
  fakeCall({ method: 'resources/read', target, input: { uri: target }, principal })

describe('what a server announces', () => {
  it('drops the resource that was updated, for everybody, and no other', async () => {
    const asked: Array<string | undefined> = []
    const cache = cached({ resources: 60_000 })
    const next = async ({ target }: { readonly target?: string | undefined }) => {
      asked.push(target)
      return { contents: [] }
    }
    const readAll = async () => {
      await cache(read('atlas://city/1', 'ann'), next)
      await cache(read('atlas://city/1', 'bob'), next)
      await cache(read('atlas://city/2', 'ann'), next)
    }
    await readAll()
    cache.resourceUpdated('atlas://city/1')
    await readAll()
    expect(asked.slice(3)).toEqual(['atlas://city/1', 'atlas://city/1'])
  })
})
