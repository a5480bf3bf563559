/** What the tools ask of the weather service. Every request ends with its signal. */
export interface Weather {
  forecast(city: string, signal: AbortSignal): Promise<Forecast>
  stations(signal: AbortSignal): Promise<{ readonly stations: readonly Station[] }>
  /** Must not be repeated: the service counts every report. */
  report(city: string, sky: string, signal: AbortSignal): Promise<{ readonly received: boolean }>
}

export interface Forecast {
  readonly city: string
  readonly celsius: number
  readonly madeAt: string
}

export interface Station {
  readonly id: number
  readonly name: string
}

/** The weather service at a URL, and nothing around it: what makes it bearable stands in `resilience.ts`. */
export function weather(url: string): Weather {
  const ask = async (path: string, init: RequestInit): Promise<never> => {
    const response = await fetch(new URL(path, url), init).catch((cause: unknown) => {
      if (init.signal?.aborted === true) throw cause
      throw new Error('The weather service cannot be reached.', { cause })
    })
    // `retry` waits as long as a `Retry-After` among the headers says.
    if (!response.ok) throw Object.assign(new Error(`The weather service answered ${response.status}.`), { response })
    return (await response.json()) as never
  }
  return {
    forecast: (city, signal) => ask(`/forecast?city=${encodeURIComponent(city)}`, { signal }),
    stations: (signal) => ask('/stations', { signal }),
    report: (city, sky, signal) =>
      ask(`/reports?city=${encodeURIComponent(city)}`, { method: 'POST', body: sky, signal }),
  }
}
