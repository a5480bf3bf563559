import autocannon from 'autocannon'
import { httpRequest, someCall } from './request.ts'

/** Calls per second that the server answers to so many callers, each of whom asks again as soon as it is answered. */
export const capacityOf = async (url: string, seconds: number, connections = 10): Promise<number> => {
  const { non2xx, errors, ...result } = await autocannon({
    url,
    connections,
    duration: seconds,
    method: 'POST',
    requests: [{ setupRequest: (one) => ({ ...one, ...httpRequest(someCall()) }) }],
  })
  if (non2xx + errors > 0) throw new Error(`${non2xx + errors} calls failed while the capacity was measured.`)
  return result['2xx'] / result.duration
}
