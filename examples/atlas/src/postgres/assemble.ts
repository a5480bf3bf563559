import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Fills a directory beside its final place and moves it there in one step: a killed run leaves no half of it, and of two
 * runs that fill it at once one wins and the other uses the winner's.
 */
export async function assemble(target: string, fill: (directory: string) => Promise<void>): Promise<void> {
  if (existsSync(target)) return
  removeAbandoned(target)
  const unfinished = `${target}.${process.pid}`
  try {
    await fill(unfinished)
    renameSync(unfinished, target)
  } catch (error) {
    if (!existsSync(target)) throw error
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

function removeAbandoned(target: string): void {
  for (const entry of readdirSync(dirname(target))) {
    const pid = entry.startsWith(`${basename(target)}.`) ? Number(entry.slice(basename(target).length + 1)) : Number.NaN
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(join(dirname(target), entry), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
