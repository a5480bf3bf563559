import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'

/**
 * A short name for the time since the machine was started, the same in all its processes. Linux has one; elsewhere it
 * is the minute of the start, as near as the clocks tell it.
 *
 * @param known names that are in use: one that differs by what clocks may be off is the same
 */
export const bootName = (known: readonly string[], read: () => string = bootId, now: number = Date.now()): string => {
  try {
    return `b${read().replaceAll('-', '').slice(0, 12)}`
  } catch {
    const minute = Math.round((now - uptime() * 1000) / 60_000)
    return known.find((name) => Math.abs(minuteOf(name) - minute) <= toleranceMinutes) ?? `m${minute}`
  }
}

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

const minuteOf = (name: string): number => (name.startsWith('m') ? Number(name.slice(1)) : NaN)

const toleranceMinutes = 2
