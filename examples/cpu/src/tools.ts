import type { WorkersPool } from 'millrace'
import type fractal from './tasks/fractal.ts'
import type primes from './tasks/primes.ts'

// Beside this file as it lies: TypeScript here, JavaScript once it has been compiled.
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

/** What the threads import before their first task. */
export const modules = {
  primes: new URL(`./tasks/primes.${extension}`, import.meta.url),
  fractal: new URL(`./tasks/fractal.${extension}`, import.meta.url),
}

/** The handlers of the tools, each of which runs in a thread. */
export type Tools = ReturnType<typeof tools>

/** Made once, when the threads have started. */
export function tools(cpu: WorkersPool) {
  return {
    primes: cpu.offload<typeof primes>(modules.primes),
    fractal: cpu.offload<typeof fractal>(modules.fractal, {
      // Small pictures do not wait behind large ones.
      priority: ({ width }) => (width <= 300 ? 'high' : 'low'),
    }),
  }
}
