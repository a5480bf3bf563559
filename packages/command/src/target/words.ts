import { CommandError } from '../commandError.ts'

/**
 * The words of a command line, as a shell would see them: quotes keep spaces, a backslash keeps the next character.
 * Nothing is expanded and no shell is run.
 *
 * @throws CommandError for a quote that is never closed
 */
export const wordsOf = (line: string): string[] => {
  const words: string[] = []
  for (const [word] of line.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+|["'\\]/g)) {
    if (/^["'\\]$/.test(word)) throw new CommandError(`The command has a ${word} that is never closed: ${line}`)
    words.push(word.replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g, unquoted))
  }
  return words
}

const unquoted = (_: string, double?: string, single?: string, escaped?: string): string =>
  double === undefined ? (single ?? escaped ?? '') : double.replaceAll(/\\(["\\$`])/g, '$1')
