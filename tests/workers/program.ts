import { workers } from '@millrace/workers'
import type sieve from './sieve.ts'

// Beside this file, also when both have been bundled.
const file = new URL(import.meta.url.endsWith('.ts') ? './sieve.ts' : './sieve.js', import.meta.url)
const cpu = await workers({ maxThreads: 1, modules: [file] }).open()
const primes = cpu.offload<typeof sieve>(file)
const add = cpu.offload((a: number, b: number) => {
  const next = (n: number): number => n + 1
  return next(a) + b
})
process.stdout.write(JSON.stringify([await primes({ below: 20 }), await add(1, 2)]))
await cpu.close()
