import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { program } from './program.ts'
import type { Mood } from './shop/api.ts'

// Starts everything on free ports, calls the server while the API is in each mood, and shows what came of it.
const { url, shop, close } = await program(0)
const client = new Client({ name: 'http-api-demo', version: '0.0.0' }, { versionNegotiation: { mode: 'auto' } })
await client.connect(new StreamableHTTPClientTransport(new URL(url)))

interface Answer {
  readonly text: string
  readonly isError: boolean
  readonly ms: number
}

const call = async (name: string, id: number): Promise<Answer> => {
  const startedAt = performance.now()
  const { content, isError } = await client.callTool({ name, arguments: { id } })
  const text = content[0]?.type === 'text' ? content[0].text : ''
  return { text, isError: isError === true, ms: performance.now() - startedAt }
}
const row = (...cells: ReadonlyArray<string | number>) =>
  process.stdout.write(
    `${String(cells[0]).padEnd(46)}${cells
      .slice(1)
      .map((one) => String(one).padStart(9))
      .join('')}\n`,
  )

/** Calls one after the other unless there is only one product, and shows what they came to. */
const show = async (what: string, work: () => Promise<readonly Answer[]>) => {
  const { requests } = shop.seen
  const answers = await work()
  const errors = answers.filter((one) => one.isError).length
  const slowest = Math.max(...answers.map((one) => one.ms))
  row(what, answers.length, shop.seen.requests - requests, errors, `${slowest.toFixed(0)} ms`)
  return answers
}
const inTurn = (first: number, count: number) => async () => {
  const answers: Answer[] = []
  for (let id = first; id < first + count; id += 1) answers.push(await call('product', id))
  return answers
}
const atOnce = (count: number, idOf: (at: number) => number) => () =>
  Promise.all(Array.from({ length: count }, (_, at) => call('product', idOf(at))))
const become = (mood: Mood) => void (shop.mood = mood)

row('', 'calls', 'asked', 'errors', 'slowest')
await show(
  'one product, 100 callers at once',
  atOnce(100, () => 1),
)
await show(
  'the same again',
  atOnce(100, () => 1),
)
await show(
  '50 products at once',
  atOnce(50, (at) => 100 + at),
)
row(`  over ${shop.seen.connections} connections`)
await show('50 products, one after the other', inTurn(200, 50))
become('slow')
await show('every tenth answer takes a second', inTurn(300, 50))
become('failing')
await show('every third request gets 503', inTurn(400, 50))
become('down')
await show('every request gets 503: known products', inTurn(100, 50))
const [unknown] = await show('every request gets 503: one nobody asked for', () => inTurn(999, 1)())
row(`  ${unknown?.text}`)
const [lost] = await show('an order meanwhile, which is sent once', async () => [await call('order', 1)])
row(`  ${lost?.text}`)
become('well')
await show('an order', async () => [await call('order', 1)])
const [after] = await show('that product, which the order has dropped', async () => [await call('product', 1)])
row(`  ${after?.text}`)

await client.close()
await close()
