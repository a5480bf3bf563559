import type { Result } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { resultOf, settle, worldOf } from './fixtures/world.ts'
import { warm } from './index.ts'
import type { WarmOptions, WarmRequest } from './index.ts'

const requests: readonly WarmRequest[] = Array.from({ length: 10 }, (_, n) => ({
  method: 'tools/call',
  params: { name: 'tool', arguments: { n } },
}))

/** Sends a request as a door would. */
const invokeThrough =
  (world: ReturnType<typeof worldOf>) =>
  ({ method, params }: WarmRequest): Promise<Result> =>
    world.send({ method, input: params?.['arguments'] }).answer

describe('warm', () => {
  it('has every answer there before the first caller asks', async () => {
    const world = worldOf()
    const warming = world.cache.warm(invokeThrough(world), requests, { concurrency: 10 })
    await world.handler.arrived(10)
    for (const { call, resolve } of world.handler.calls) resolve(resultOf(call.input))
    expect(await warming).toEqual({ succeeded: 10, failed: 0 })
    expect(await world.send({ input: { n: 7 } }).answer).toEqual(resultOf({ n: 7 }))
    expect(world.handler.calls).toHaveLength(10)
  })

  it('has no more under way than it may', async () => {
    const world = worldOf()
    const warming = warm(invokeThrough(world), new Set(requests), { concurrency: 3 })
    for (let done = 0; done < requests.length; done += 1) {
      await settle()
      expect(world.handler.calls).toHaveLength(Math.min(done + 3, requests.length))
      world.handler.calls[done]?.resolve(resultOf(1))
    }
    await warming
  })

  it('goes on after what fails, and says what that was', async () => {
    const failed: Result = { content: [], isError: true }
    const answers: Array<() => Promise<Result>> = [
      () => Promise.reject(new Error('down')),
      async () => failed,
      () => {
        throw 'at once'
      },
      async () => resultOf(1),
    ]
    const errors: unknown[] = []
    const onError = (error: unknown, request: WarmRequest) => errors.push([error, request])
    const list = requests.slice(0, 4)
    const warmed = await warm((request) => answers[list.indexOf(request)]!(), list, { onError, concurrency: 1 })
    expect(warmed).toEqual({ succeeded: 1, failed: 3 })
    expect(errors).toEqual([
      [new Error('down'), list[0]],
      [failed, list[1]],
      ['at once', list[2]],
    ])
    expect(await warm(() => Promise.reject(new Error('down')), list)).toEqual({ succeeded: 0, failed: 4 })
  })

  it('sends all requests also when onError throws, and rejects with the first of that when they are done', async () => {
    const sent: unknown[] = []
    const send = async (request: WarmRequest) => {
      sent.push(request)
      throw new Error('down')
    }
    const onError = (_: unknown, request: WarmRequest) => {
      throw requests.indexOf(request)
    }
    await expect(warm(send, requests, { onError, concurrency: 3 })).rejects.toBe(0)
    expect(sent).toEqual(requests)
  })

  it('sends each request once as of each protocol version', async () => {
    const sent: Array<string | undefined> = []
    const send = async ({ method, protocolVersion }: WarmRequest) => {
      sent.push(`${method} ${protocolVersion}`)
      return resultOf(1)
    }
    const protocolVersions = ['2025-11-25', '2026-07-28']
    const lists = [{ method: 'tools/list' }, { method: 'prompts/list' }]
    expect(await warm(send, lists, { protocolVersions })).toEqual({ succeeded: 4, failed: 0 })
    expect(sent).toEqual(lists.flatMap(({ method }) => protocolVersions.map((version) => `${method} ${version}`)))
  })

  it('of nothing is done at once', async () => {
    expect(await warm(async () => resultOf(1), [])).toEqual({ succeeded: 0, failed: 0 })
  })

  it.each<[unknown, string]>([
    [{ concurrency: 0 }, 'warm.concurrency must be an integer ≥ 1, got 0'],
    [{ concurrency: Infinity }, 'warm.concurrency must be an integer ≥ 1, got Infinity'],
    [{ protocolVersions: [1] }, 'warm.protocolVersions must be an array of protocol versions, got an array'],
    [{ onError: true }, 'warm.onError must be a function, got true'],
  ])('refuses %j', async (options, message) => {
    await expect(warm(async () => resultOf(1), [], options as WarmOptions)).rejects.toThrow(new TypeError(message))
  })

  it('says at once that it was given a server in place of a function, and no list of requests', async () => {
    const server = { server: {} }
    await expect(warm(server as never, requests)).rejects.toThrow(
      new TypeError(
        'warm: first comes a function that sends a request, such as (request) => invoke(server, request); got an object',
      ),
    )
    for (const [list, got] of [
      [undefined, 'undefined'],
      [{ method: 'tools/list' }, 'an object'],
    ]) {
      await expect(warm(async () => resultOf(1), list as never)).rejects.toThrow(
        new TypeError(`warm: the requests must be an array or another iterable, got ${got as string}`),
      )
    }
  })

  it('warms what a client then asks for with other progress tokens and trace context', async () => {
    const world = worldOf()
    const warming = warm(invokeThrough(world), requests.slice(0, 1))
    const { resolve } = await world.arrived(0)
    resolve(resultOf(1))
    await warming
    const params = { name: 'tool', arguments: { n: 0 }, _meta: { progressToken: 1, traceparent: '00-x' } }
    const call = fakeCall({ clock: world.clock, input: { n: 0 }, params })
    expect(await world.cache(call, world.handler.next)).toEqual(resultOf(1))
    expect(world.handler.calls).toHaveLength(1)
  })
})
