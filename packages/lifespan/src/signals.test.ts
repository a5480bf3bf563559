import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'

const program = fileURLToPath(new URL('./fixtures/process.ts', import.meta.url))

/** A real process that listens, and what it says. */
const running = async (mode: string) => {
  const child = spawn(process.execPath, ['--conditions=@millrace/source', program, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const lines: string[] = []
  const reader = createInterface(child.stdout)
  reader.on('line', (line) => lines.push(line))
  await once(reader, 'line')
  const url = `http://127.0.0.1:${lines[0]?.split(' ').at(-1)}`
  return { child, exit, lines, url }
}

describe('a signal', () => {
  it('ends the process with 0 when the running calls are answered; none is lost', { timeout: 60_000 }, async () => {
    const { child, exit, lines, url } = await running('sound')
    const calls = Array.from({ length: 50 }, async () => {
      const response = await fetch(url)
      return [response.status, await response.text()] as const
    })
    await delay(50)
    child.kill('SIGTERM')
    const answers = await Promise.all(calls)
    expect(answers.filter(([status, text]) => status !== 200 && text !== 'ERR_SHUTTING_DOWN')).toEqual([])
    expect(answers.some(([status]) => status === 200)).toBe(true)
    expect(await exit).toEqual([0, null])
    expect(lines).toContain('db closed')
  })

  it('ends the process with 1 when something could not be closed', { timeout: 60_000 }, async () => {
    const { child, exit } = await running('broken')
    child.kill('SIGINT')
    expect(await exit).toEqual([1, null])
  })

  it('ends a process that something forgotten keeps alive', { timeout: 60_000 }, async () => {
    const { child, exit } = await running('held')
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
  })

  it('the second time gives up the running calls', { timeout: 60_000 }, async () => {
    const { child, exit, url } = await running('slow')
    const call = fetch(url)
    await delay(100)
    child.kill('SIGINT')
    // The echo of the first one changes nothing.
    child.kill('SIGINT')
    await delay(700)
    expect(child.exitCode).toBe(null)
    child.kill('SIGINT')
    const response = await call
    expect([response.status, await response.text()]).toEqual([503, 'ERR_SHUTTING_DOWN'])
    expect(await exit).toEqual([0, null])
  })
})
