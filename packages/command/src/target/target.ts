import { CommandError } from '../commandError.ts'
import { wordsOf } from './words.ts'

/** Which server is meant: one that listens somewhere, or a program that speaks over its stdin and stdout. */
export type Target =
  | { readonly kind: 'http'; readonly url: URL; readonly name: string }
  | {
      readonly kind: 'stdio'
      readonly file: string
      readonly args: readonly string[]
      readonly name: string
      /** Whether it is started so that it can be profiled. @default false */
      readonly isInspected?: boolean
    }

/**
 * Reads what was typed: a URL, or a program with its arguments, as words or as one text.
 *
 * @throws CommandError for what is neither
 */
export const targetOf = (typed: readonly string[]): Target => {
  const [first = ''] = typed
  if (typed.length === 1 && /^https?:/i.test(first)) return httpTarget(first)
  if (/^https?:/i.test(first))
    throw new CommandError(`One server at a time, got ${typed.join(' ')}: compare takes two.`)
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(first)) {
    throw new CommandError(`A server is an http or https URL or a program, got ${first}.`)
  }
  const [file, ...args] = typed.length === 1 ? wordsOf(first) : typed
  if (file === undefined || file === '') throw new CommandError('A server is a URL or a program, got nothing.')
  return { kind: 'stdio', file, args, name: [file, ...args].join(' ') }
}

const httpTarget = (text: string): Target => {
  if (!URL.canParse(text)) throw new CommandError(`${text} is not a URL.`)
  const url = new URL(text)
  // A password belongs in no report.
  const name = new URL(url)
  name.username = ''
  name.password = ''
  return { kind: 'http', url, name: name.href }
}
