import { duration } from '@millrace/core'
import type { OnProgress } from '../load/measure.ts'
import type { Terminal } from '../terminal.ts'
import { grouped } from './numbers.ts'

/** Shows how far a load is, on stderr: a bar on a terminal, else a line every five seconds. */
export const progress = (
  { stderr }: Terminal,
  { warmUpMs, durationMs }: { readonly warmUpMs: number; readonly durationMs: number },
): { readonly show: OnProgress; end(): void } => {
  const totalMs = warmUpMs + durationMs
  let nextLineMs = lineEveryMs
  const stateOf: (...args: Parameters<OnProgress>) => string = (elapsedMs, { completed, failing }) => {
    if (elapsedMs < warmUpMs) return 'warming up'
    if (elapsedMs >= totalMs) return 'waiting for the last answers'
    return `${grouped((completed * 1000) / Math.max(1, elapsedMs - warmUpMs))} answered a second, ${grouped(failing.count)} failed`
  }
  const bar: OnProgress = (elapsedMs, recorder) => {
    const done = Math.min(width, Math.floor((elapsedMs / totalMs) * width))
    stderr.write(`\r\u{1b}[K${'█'.repeat(done)}${'░'.repeat(width - done)} ${stateOf(elapsedMs, recorder)}`)
  }
  const line: OnProgress = (elapsedMs, recorder) => {
    if (elapsedMs < nextLineMs) return
    nextLineMs += lineEveryMs
    stderr.write(`${duration(elapsedMs)} of ${duration(totalMs)}: ${stateOf(elapsedMs, recorder)}\n`)
  }
  const isTerminal = stderr.isTTY === true
  return { show: isTerminal ? bar : line, end: () => void (isTerminal && stderr.write('\r\u{1b}[K')) }
}

const width = 30
const lineEveryMs = 5000
