import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

/** What became of the calls of a crowd. */
export interface Told {
  answered: number
  /** Those that the server was never given, or that it said it would not take. */
  refused: number
  /** What was wrong with the others. */
  readonly lost: string[]
}

/** Clients that call one after the other, until they are refused. */
export interface Callers {
  readonly told: Told
  /** Calls under way. */
  readonly inFlight: number
  /** Resolves when so many calls are answered. */
  answered(count: number): Promise<void>
  /** Resolves when all of them have been refused. */
  readonly gone: Promise<void>
}

/** @param count how many call at the same time, through four clients of the official SDK */
export const callers = async (url: string, count: number): Promise<Callers> => {
  const clients = await Promise.all([0, 1, 2, 3].map(() => connected(url)))
  const told: Told = { answered: 0, refused: 0, lost: [] }
  const watchers: Array<{ readonly at: number; readonly done: () => void }> = []
  let inFlight = 0
  const caller = async (client: Client, from: number): Promise<void> => {
    for (let n = from, isTaken = true; isTaken; n += 1_000) {
      inFlight += 1
      isTaken = await ask(client, n, told)
      inFlight -= 1
      for (const { at, done } of watchers) if (told.answered >= at) done()
    }
  }
  const all = Array.from({ length: count }, (_, at) => caller(clients[at % clients.length] as Client, at + 1))
  return {
    told,
    get inFlight() {
      return inFlight
    },
    answered: (at) => new Promise((done) => watchers.push({ at, done })),
    gone: Promise.all(all).then(() => Promise.all(clients.map((client) => client.close())).then(() => {})),
  }
}

const connected = async (url: string): Promise<Client> => {
  const client = new Client({ name: 'sigterm', version: '0.0.0' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  return client
}

/** @returns whether the server takes calls */
const ask = async (client: Client, n: number, told: Told): Promise<boolean> => {
  try {
    const { content, isError } = await client.callTool({ name: 'slow', arguments: { n } }, { timeout: 20_000 })
    const text = content[0]?.type === 'text' ? content[0].text : ''
    if (text === String(n) && isError !== true) told.answered += 1
    else if (isError === true && text === shuttingDown) return refused(told)
    else told.lost.push(`${n} got ${text}`)
    return true
  } catch (error) {
    const said = reasons(error)
    // Whoever cannot connect has sent nothing.
    if (/connect ECONN(?:REFUSED|RESET)/.test(said) || said.includes(shuttingDown)) return refused(told)
    told.lost.push(said)
    return false
  }
}

const refused = (told: Told): false => {
  told.refused += 1
  return false
}

const shuttingDown = 'The server is shutting down.'

const reasons = (error: unknown): string =>
  error instanceof Error
    ? `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}; ${reasons(error.cause)}`
    : JSON.stringify(error ?? '')
