import { Agent, request } from 'node:http'
import { read } from '../live/answer.ts'
import { httpRequest } from '../live/request.ts'

/**
 * So many callers, each of whom asks again as soon as it is answered, for a place on the globe that nobody has asked
 * for before, or for one that everybody asks for.
 *
 * @param hitRatio how many ask for the latter, from 0 to 1
 * @returns how long each answer took, in milliseconds
 * @throws Error when something else than an answer came
 */
export const callersOn = async (
  url: string,
  count: number,
  ms: number,
  hitRatio: number,
): Promise<readonly number[]> => {
  const agent = new Agent({ keepAlive: true })
  const took: number[] = []
  const endsAt = performance.now() + ms
  const caller = async (): Promise<void> => {
    for (let at = performance.now(); at < endsAt; at = performance.now()) {
      await ask(url, agent, Math.random() < hitRatio ? popular() : somewhere())
      took.push(performance.now() - at)
    }
  }
  try {
    await Promise.all(Array.from({ length: count }, caller))
    return took
  } finally {
    agent.destroy()
  }
}

interface Place {
  readonly lat: number
  readonly lon: number
}

const somewhere = (): Place => ({ lat: -90 + 180 * Math.random(), lon: -180 + 360 * Math.random() })

/** One of a hundred, which are known after a second. */
const popular = (): Place => ({ lat: Math.floor(10 * Math.random()), lon: Math.floor(10 * Math.random()) })

const ask = (url: string, agent: Agent, place: Place): Promise<void> =>
  new Promise((resolve, reject) => {
    const { headers, body } = httpRequest({ name: 'nearest_cities', arguments: { ...place, limit: 5 } })
    const sent = request(url, { method: 'POST', headers, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => {
        const { kind, said } = read(response.statusCode ?? 0, text)
        if (kind === 'answered') resolve()
        else reject(new Error(said))
      })
      response.on('error', reject)
    })
    sent.on('error', reject).end(body)
  })
