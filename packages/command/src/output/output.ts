import { accessSync, constants, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { CommandError } from '../commandError.ts'
import type { Terminal } from '../terminal.ts'

/**
 * Where a text goes that is known only after a long load, looked at before it.
 *
 * @param file as typed: `-` is stdout; undefined is nowhere
 * @param what it is, for complaints: `report`
 * @throws CommandError when nothing can be written there, now and when it is written
 */
export const output = (
  file: string | undefined,
  what: string,
  { stdout }: Pick<Terminal, 'stdout'>,
): ((text: string) => void) => {
  if (file === undefined) return () => {}
  if (file === '-') return (text) => void stdout.write(text)
  const attempt = (act: () => void) => {
    try {
      act()
    } catch (error) {
      throw new CommandError(`The ${what} cannot be written to ${file}: ${(error as Error).message}.`)
    }
  }
  attempt(() => {
    const found = statSync(file, { throwIfNoEntry: false })
    if (found?.isDirectory() === true) throw new Error('it is a folder')
    accessSync(found === undefined ? dirname(file) : file, constants.W_OK)
  })
  return (text) => attempt(() => writeFileSync(file, text))
}
