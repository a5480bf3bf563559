/** The id a request is known by in logs: the caller's own when it is one, else a new one. */
export const requestId = (given: string | undefined): string => {
  if (given !== undefined && isSound.test(given)) return given
  count += 1
  return `${(process ??= crypto.randomUUID().slice(0, 8))}-${count.toString(36)}`
}

// What may stand in a log line and a header without being escaped.
const isSound = /^[\w.:/=+-]{1,128}$/

let process: string | undefined
let count = 0
