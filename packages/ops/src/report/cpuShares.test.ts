import { expect, it } from 'vitest'
import { cpuShares } from './cpuShares.ts'

const node = (id: number, functionName: string, url: string) => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
})
const app = 'file:///app/node_modules'
const nodes = [
  node(1, '(root)', ''),
  node(2, '(idle)', ''),
  node(3, '(garbage collector)', ''),
  node(4, 'handle', 'file:///app/packages/shop/src/tools.ts'),
  node(5, 'parse', `${app}/@modelcontextprotocol/sdk/dist/esm/server/index.js`),
  node(6, 'run', `${app}/.pnpm/x/node_modules/@millrace/queue/dist/index.js`),
  node(7, 'query', `${app}/.pnpm/x/node_modules/pg/lib/client.js`),
  node(8, 'parse', `${app}/zod/index.js`),
  node(9, 'read', 'node:fs'),
  node(10, '', 'file:///app/packages/shop/src/tools.ts'),
  node(11, '(program)', ''),
]

it('says whose code took how much of the time, and which functions of the server most', () => {
  const samples = [2, 3, 4, 5, 6, 7, 8, 9, 10, 4]
  const { shares, functions, busiest } = cpuShares({
    nodes,
    startTime: 0,
    endTime: 10,
    samples,
    timeDeltas: samples.map(() => 1),
  })
  expect(shares).toEqual({
    own: expect.closeTo(0.3),
    sdk: 0.1,
    millrace: 0.1,
    drivers: 0.1,
    libraries: 0.1,
    node: 0.1,
    gc: 0.1,
    idle: 0.1,
  })
  const at = 'file:///app/packages/shop/src/tools.ts:10'
  expect(functions).toEqual([
    { name: 'handle', at, owner: 'own', share: 0.2 },
    { name: '(anonymous)', at, owner: 'own', share: 0.1 },
  ])
  expect(busiest.map(({ name }) => name)).toEqual([
    'handle',
    '(garbage collector)',
    'parse',
    'run',
    'query',
    'parse',
    'read',
    '(anonymous)',
  ])
  expect(busiest[1]).toEqual({ name: '(garbage collector)', at: '', owner: 'gc', share: 0.1 })
})

it('names nothing that has no name of use', () => {
  const profile = { nodes, startTime: 0, endTime: 2, samples: [11, 2], timeDeltas: [1, 1] }
  expect(cpuShares(profile)).toMatchObject({ shares: { node: 0.5, idle: 0.5 }, functions: [], busiest: [] })
})

it('says of an empty profile, and of samples of nothing, that nobody took anything', () => {
  expect(cpuShares({ nodes, startTime: 0, endTime: 0 }).functions).toEqual([])
  const { shares } = cpuShares({ nodes, startTime: 0, endTime: 1, samples: [99], timeDeltas: [1] })
  expect(Object.values(shares).every((share) => share === 0)).toBe(true)
})
