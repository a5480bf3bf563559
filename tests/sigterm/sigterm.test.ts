import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from 'vitest'
import { callers } from './callers.ts'

const times = Number(process.env['MILLRACE_SIGTERMS'] ?? 3)

// A test that fails leaves its server running.
const running = new Set<{ kill(signal: 'SIGKILL'): unknown }>()
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})

const served = async (line: string) => {
  const child = spawn(
    process.execPath,
    ['--conditions=@millrace/source', join(import.meta.dirname, 'server.ts'), line],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  running.add(child)
  const ended = once(child, 'exit').then((end) => {
    running.delete(child)
    return end as [number | null, NodeJS.Signals | null]
  })
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { url, ended, terminate: () => child.kill('SIGTERM') }
}

test.each(['v1', 'v2'])(
  `SIGTERM under load, ${times} times, loses no call that was taken and ends with code 0, SDK %s`,
  async (line) => {
    const sum = { answered: 0, refused: 0, inFlight: 0 }
    for (let time = 0; time < times; time += 1) {
      const { url, ended, terminate } = await served(line)
      const load = await callers(url, 16)
      // At another moment each time.
      await load.answered(20 + ((time * 37) % 50))
      sum.inFlight += load.inFlight
      const before = load.told.answered
      terminate()
      expect(await ended).toEqual([0, null])
      await load.gone
      expect(load.told.lost).toEqual([])
      expect(load.told).toMatchObject({ refused: 16 })
      expect(load.told.answered).toBeGreaterThan(before)
      sum.answered += load.told.answered
      sum.refused += load.told.refused
    }
    expect(sum.inFlight).toBeGreaterThan(times)
    console.info(`SDK ${line}: ${times} times, ${JSON.stringify(sum)}`)
  },
  30_000 + times * 5_000,
)
