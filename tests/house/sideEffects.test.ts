import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { sideEffectsOf } from './sideEffects.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-effects-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function effectsOf(source: string): Promise<string> {
  const name = `./${Math.random().toString(36).slice(2)}.mjs`
  writeFileSync(join(folder, name), source)
  return (await sideEffectsOf(name, folder, [])).join('\n')
}

test.for([
  ['a global', 'globalThis.planted = 1', 'changes global names'],
  ['a global behind a symbol', 'globalThis[Symbol.for("planted")] = 1', 'changes global names'],
  ['a timer', 'setInterval(() => {}, 1e6)', 'Timeout'],
  ['a timer that does not keep the process up', 'setTimeout(() => {}, 1e6).unref()', 'Timeout'],
  ['a timer that is cleared at once', 'clearTimeout(setTimeout(() => {}, 1e6))', 'Timeout'],
  ['an immediate', 'setImmediate(() => {})', 'Immediate'],
  ['an open socket', 'import net from "node:net"; net.createServer().listen(0)', 'TCPSERVERWRAP'],
  ['a process listener', 'process.on("SIGTERM", () => {})', 'changes process listeners'],
  ['a changed builtin', 'Array.prototype.planted = 1', 'changes members of Array'],
  ['the environment', 'process.env.PLANTED = "1"', 'changes environment'],
  ['output', 'console.log("hello")', 'prints: hello'],
  [
    'a subscription',
    'import { subscribe } from "node:diagnostics_channel"; subscribe("a", () => {})',
    'subscribes to the diagnostics channel a',
  ],
  [
    'a subscription of a channel',
    'import { channel } from "node:diagnostics_channel"; channel("millrace:a").subscribe(() => {})',
    'subscribes to the diagnostics channel millrace:a',
  ],
  [
    'a channel of another name',
    'import { channel } from "node:diagnostics_channel"; channel("a")',
    'makes the diagnostics channel a',
  ],
] as const)('%s is seen', async ([, source, fault]) => {
  expect(await effectsOf(source)).toContain(fault)
})

test('declarations, state of its own and a channel of its own name are no side effect', async () => {
  const source =
    'import { channel } from "node:diagnostics_channel"; import "node:crypto"; channel("millrace:a"); export const kept = new Map([[1, 2]])'
  expect(await effectsOf(source)).toBe('')
})
