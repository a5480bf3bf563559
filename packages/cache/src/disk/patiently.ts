import { faultOf } from './fault.ts'

/**
 * Does it again, with the thread waiting meanwhile, as long as another process is at the file.
 *
 * @param patienceMs how long
 * @throws what it throws at last
 */
export const patiently = (act: () => void, patienceMs: number): void => {
  for (const end = performance.now() + patienceMs; ;) {
    try {
      return act()
    } catch (error) {
      if (faultOf(error) !== 'busy' || performance.now() >= end) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
    }
  }
}

const pauseMs = 5
