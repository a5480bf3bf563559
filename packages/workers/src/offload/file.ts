import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Whether a value names a file wherever it is read: a `file:` URL, or an absolute path. */
export const isFile = (value: unknown): value is URL | string =>
  value instanceof URL
    ? value.protocol === 'file:'
    : typeof value === 'string' && (value.startsWith('file:') || isAbsolute(value))

/** Its URL, as text. */
export const fileUrl = (file: URL | string): string =>
  file instanceof URL ? file.href : file.startsWith('file:') ? file : pathToFileURL(file).href
