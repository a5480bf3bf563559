import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import { groupMemory } from './group.ts'

/** Memory as it is at one moment, in bytes. */
export interface MemoryReading {
  /** What the process takes. */
  readonly rssBytes: number
  /** What its heap holds of JavaScript, garbage included. */
  readonly heapUsedBytes: number
  /** What the heap may hold before the process ends. */
  readonly heapLimitBytes: number
  /** What the control group takes that the system could not take back at once; 0 without a limit. */
  readonly groupUsedBytes: number
  /** What the control group may take, with everything that runs in it; Infinity for no limit. */
  readonly groupLimitBytes: number
}

/** Where readings come from. */
export interface MemorySource {
  /** What the machine has, in bytes. */
  readonly machineBytes: number
  /** Never throws. */
  read(): MemoryReading
}

/** The process itself, and the control group it runs in. */
export const processMemory = (): MemorySource => {
  const group = groupMemory((path) => readFileSync(path, 'utf8'))
  return {
    machineBytes: totalmem(),
    read: () => {
      const { used_heap_size: heapUsedBytes, heap_size_limit: heapLimitBytes } = getHeapStatistics()
      return { rssBytes: process.memoryUsage.rss(), heapUsedBytes, heapLimitBytes, ...group() }
    },
  }
}
