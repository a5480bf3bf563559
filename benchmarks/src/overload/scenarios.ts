import { constant, either, lognormal } from './random.ts'
import type { Duration } from './random.ts'
import type { Scenario, Tool } from './scenario.ts'

/** What all scenarios share where they do not say otherwise: 10 slots, calls of 10 ms, callers that wait 250 ms. */
export const standard = {
  phases: [{ fromS: 0, load: 1 }],
  fromS: 5,
  untilS: 15,
  patienceMs: 250,
  limit: 10,
  capacity: 1000,
} as const

export const services = {
  constant: constant(10),
  lognormal: lognormal(10, 0.8),
  bimodal: either(lognormal(5, 0.8), lognormal(105, 0.3), 0.05),
} as const

export const loads = [0.5, 0.9, 1, 1.5, 2, 3, 4] as const

const oneTool = (service: Duration = services.lognormal): readonly Tool[] => [{ name: 'search', share: 1, service }]

/** So many times what the server can do, all the time. */
export const steady = (load: number, service: keyof typeof services = 'lognormal'): Scenario => ({
  ...standard,
  name: service === 'lognormal' ? `${load}x` : `${load}x ${service}`,
  tools: oneTool(services[service]),
  phases: [{ fromS: 0, load }],
})

/** Two tools that share the server; one takes 21 times as long as the other, and half of the work is for it. */
export const slowTool = (load: number): Scenario => ({
  ...standard,
  name: `${load}x, a slow tool`,
  tools: [
    { name: 'search', share: 0.95, service: lognormal(5, 0.8) },
    { name: 'report', share: 0.05, service: lognormal(105, 0.3) },
  ],
  phases: [{ fromS: 0, load }],
})

export const priorities: Scenario = {
  ...steady(4),
  name: '4x, priorities',
  priorities: { critical: 0.2, high: 0.2, normal: 0.4, low: 0.2 },
}

/** One caller sends seventeen times what each of nine others sends, who together would fit in. */
export const greedy: Scenario = {
  ...steady(4),
  name: '4x, a greedy caller',
  principals: { greedy: 0.85, ...Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`quiet ${at}`, 0.15 / 9])) },
}

/** A limit that is too low or too high to begin with; counted is what is after three seconds. */
export const wrongLimit = (limit: number): Scenario => ({
  ...steady(2),
  name: `2x, limit ${limit}`,
  fromS: 3,
  limit,
  isLimitInitial: true,
})

/** Ten seconds of four times what can be done, of callers that ask again up to three times, and then as before. */
export const storm = (budgetRatio: number, isHintHeeded = false): Scenario => ({
  ...steady(0.8),
  name: `retry storm, ${budgetRatio === Infinity ? 'no budget' : 'budget of 10 %'}${isHintHeeded ? ', hints heeded' : ''}`,
  phases: [
    { fromS: 0, load: 0.8 },
    { fromS: 10, load: 4 },
    { fromS: 20, load: 0.8 },
  ],
  fromS: 20,
  untilS: 35,
  retries: { most: 3, pauseMs: 100, budgetRatio, isHintHeeded },
})

/** Everything takes three times as long for ten seconds. */
export const degraded: Scenario = {
  ...steady(0.8),
  name: 'three times slower for 10 s',
  phases: [
    { fromS: 0, load: 0.8 },
    { fromS: 10, load: 0.8, slowdown: 3 },
    { fromS: 20, load: 0.8 },
  ],
  fromS: 20,
  untilS: 35,
}

/** The tool stops working as soon as its caller is gone. */
export const stopping = (load: number): Scenario => ({ ...steady(load), name: `${load}x, stops`, isWorkStopped: true })

/** Two slots and calls that take an eighth of a second, as where a processor does the work; counted from the third second. */
export const small: Scenario = {
  ...steady(4),
  name: '4x, two slots, slow calls',
  tools: oneTool(lognormal(130, 0.8)),
  server: { slots: 2 },
  patienceMs: 3000,
  limit: 2,
  capacity: 2000 / 130,
  fromS: 3,
  untilS: 23,
}

/** Everything, in the order of the tables. */
export const scenarios: readonly Scenario[] = [
  ...loads.map((load) => steady(load)),
  ...loads.map((load) => steady(load, 'constant')),
  ...loads.map((load) => steady(load, 'bimodal')),
  ...loads.map(slowTool),
  priorities,
  greedy,
  ...[5, 20, 200].map(wrongLimit),
  storm(Infinity),
  storm(0.1),
  storm(0.1, true),
  degraded,
  small,
  stopping(4),
]
