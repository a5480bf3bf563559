import { Server as ServerV1 } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { Server } from '@modelcontextprotocol/server'
import { describe, expect, it } from 'vitest'
import { invoke, staged, use } from './index.ts'

describe.each([
  [
    'v1',
    () => {
      const server = new ServerV1({ name: 'low', version: '1' }, { capabilities: { tools: {} } })
      server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...lowLevelTools] }))
      server.setRequestHandler(CallToolRequestSchema, ({ params }) => lowLevelAnswer(params.arguments))
      return server
    },
  ],
  [
    'v2',
    () => {
      const server = new Server({ name: 'low', version: '1' }, { capabilities: { tools: {} } })
      server.setRequestHandler('tools/list', () => ({ tools: [...lowLevelTools] }))
      server.setRequestHandler('tools/call', ({ params }) => lowLevelAnswer(params.arguments))
      return server
    },
  ],
])('a low-level server of %s', (_, make) => {
  it('lists the tool and runs steps', async () => {
    const server = use<never>(make() as never, staged())
    const list = (await invoke(server, { method: 'tools/list' })) as { tools?: ReadonlyArray<{ name: string }> }
    expect(list.tools?.map(({ name }) => name)).toEqual(['double', 'run_steps'])
    const steps = [
      { id: 'two', tool: 'double', arguments: { n: 1 } },
      { id: 'four', tool: 'double', arguments: { n: { $ref: 'two.n' } } },
    ]
    const answer = await invoke(server, { method: 'tools/call', params: { name: 'run_steps', arguments: { steps } } })
    expect(answer).toMatchObject({ structuredContent: { steps: { four: { status: 'ok', value: { n: 4 } } } } })
  })

  it('says before anything is run that a tool is not there', async () => {
    const server = use<never>(make() as never, staged())
    const steps = ['double', 'duoble'].map((tool) => ({ id: tool, tool, arguments: { n: 1 } }))
    const answer = await invoke(server, { method: 'tools/call', params: { name: 'run_steps', arguments: { steps } } })
    const text =
      'Nothing was run: step "duoble" cannot call duoble: the server has no such tool; the nearest is double.'
    expect(answer).toMatchObject({ isError: true, content: [{ text }] })
  })
})

const lowLevelTools = [{ name: 'double', inputSchema: { type: 'object' as const } }]

function lowLevelAnswer(args: unknown) {
  return { content: [], structuredContent: { n: (args as { n: number }).n * 2 } }
}
