import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { asMiddleware, chain } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { follow } from './follow.ts'

const listening = () => {
  const heard: string[] = []
  const middleware = asMiddleware((call, next) => next(call), {
    listChanged: (method: string) => void heard.push(method),
    resourceUpdated: (uri: string) => void heard.push(uri),
  })
  return { heard, middleware }
}

describe('what a handler of createMcpHandler announces', () => {
  it('is heard by middleware and its parts, until it stops', () => {
    const { heard, middleware } = listening()
    const handler = createMcpHandler(() => new McpServer({ name: 's', version: '1' }))
    const stop = follow(handler, chain(middleware))
    handler.notify.toolsChanged()
    handler.notify.promptsChanged()
    handler.notify.resourcesChanged()
    handler.notify.resourceUpdated('x://1')
    stop()
    handler.notify.toolsChanged()
    expect(heard).toEqual(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list', 'x://1'])
  })

  it('is no matter when it is of a kind not known yet', () => {
    const { heard, middleware } = listening()
    const listeners: Array<(event: { readonly kind: string }) => void> = []
    follow({ bus: { subscribe: (listener) => () => void listeners.push(listener) } }, middleware)()
    listeners[0]?.({ kind: 'something_new' })
    expect(heard).toEqual([])
  })

  it.each([undefined, {}, new McpServer({ name: 's', version: '1' })])('is that of a handler only: %s', (handler) => {
    expect(() => follow(handler as never)).toThrow('follow: expected a handler of createMcpHandler')
  })
})
