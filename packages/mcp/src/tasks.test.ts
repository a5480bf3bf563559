import { InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { CallToolResultSchema, CreateTaskResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, it } from 'vitest'
import { recorder, text } from './fixtures/recorder.ts'
import { use } from './use.ts'

const capabilities = { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } }
const info = { name: 's', version: '1' }

/** A client of a server whose tool `work` is a task that ends when the test says so. */
const world = async () => {
  const seen = recorder()
  const taskStore = new InMemoryTaskStore()
  const server = use(new McpServer(info, { capabilities, taskStore }), seen.middleware)
  server.experimental.tasks.registerToolTask(
    'work',
    { execution: { taskSupport: 'required' } },
    {
      createTask: async (extra) => ({ task: await extra.taskStore.createTask({ ttl: null }) }),
      getTask: (extra) => extra.taskStore.getTask(extra.taskId),
      getTaskResult: async (extra) => (await extra.taskStore.getTaskResult(extra.taskId)) as never,
    },
  )
  const client = new Client(info)
  const [near, far] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(far), client.connect(near)])
  const begun = await client.request({ method: 'tools/call', params: { name: 'work' } }, CreateTaskResultSchema, {
    task: {},
  })
  return { client, server, taskStore, seen, taskId: begun.task.taskId }
}

describe('what is asked about a task', () => {
  it('passes by the chain, which sees the call that began it', async () => {
    const { client, taskStore, seen, taskId } = await world()
    const { tasks } = client.experimental
    const result = tasks.getTaskResult(taskId, CallToolResultSchema)
    expect(await tasks.getTask(taskId)).toMatchObject({ taskId, status: 'working' })
    expect(await tasks.listTasks()).toMatchObject({ tasks: [{ taskId }] })
    await taskStore.storeTaskResult(taskId, 'completed', text('done'))
    expect(await result).toMatchObject(text('done'))
    expect(seen.calls.map(({ method, isExchange }) => [method, isExchange])).toEqual([['tools/call', true]])
    await client.close()
  })

  it('is not refused where the chain refuses everything else', async () => {
    const { client, server, taskStore, taskId } = await world()
    use(server, () => Promise.reject(new Error('full')))
    await client.experimental.tasks.cancelTask(taskId)
    expect(await taskStore.getTask(taskId)).toMatchObject({ status: 'cancelled' })
    await expect(client.listTools()).rejects.toThrow('full')
    await client.close()
  })

  it('passes by it to a handler for every method as well', async () => {
    const seen = recorder()
    const server = use(new McpServer(info), seen.middleware)
    server.server.fallbackRequestHandler = async ({ method }) => ({ method })
    const client = new Client(info)
    const [near, far] = InMemoryTransport.createLinkedPair()
    await Promise.all([server.connect(far), client.connect(near)])
    for (const method of ['tasks/get', 'other/get'])
      expect(await client.request({ method, params: { taskId: 't' } }, CreateTaskResultSchema.partial())).toMatchObject(
        {
          method,
        },
      )
    expect(seen.calls.map(({ method }) => method)).toEqual(['other/get'])
    await client.close()
  })
})
