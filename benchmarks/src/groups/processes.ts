import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Case, Group } from '../case.ts'
import { echoInput } from '../http/echo.ts'
import { loaded } from '../http/loading.ts'
import { callsOf } from '../http/requests.ts'

const program = fileURLToPath(new URL('../http/workers.ts', import.meta.url))

const processes = (name: string, workers: number): Case => ({
  name,
  base: 'one process',
  sampling: { warmUpMs: 3000, sampleMs: 1000, samples: 7, rounds: 3 },
  note: 'by the clock, for each of many: a million divided by it is requests a second',
  setup: async () => {
    const child = fork(program, [`${workers}`], { execArgv: ['--conditions=@millrace/source'] })
    const { client } = await loaded(child, callsOf('2025', 'echo', echoInput), echoInput(0).text)
    return async (times) => {
      const began = process.hrtime.bigint()
      await client.send(times)
      return Number(process.hrtime.bigint() - began)
    }
  },
})

/**
 * How many more requests two processes answer at a port than one. The tool works for about a millisecond: who asks is
 * on the same two cores, and takes a few hundredths of that for each request.
 */
export const group: Group = {
  name: 'processes',
  module: import.meta.url,
  cases: [processes('one process', 1), processes('two processes', 2)],
  comparisons: [
    {
      name: 'two processes answer so many times as many requests',
      of: 'two processes',
      with: 'one process',
      as: 'cheaper',
      bar: 1.7,
    },
  ],
}
