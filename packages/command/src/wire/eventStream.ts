/**
 * Takes the data of server-sent events out of a stream as it arrives.
 *
 * @returns a function that takes the next chunk and gives the data of the events that it completes
 */
export const eventStream = (): ((chunk: string) => string[]) => {
  let rest = ''
  let data: string[] = []
  return (chunk) => {
    const found: string[] = []
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
      else if (line === '' && data.length > 0) {
        found.push(data.join('\n'))
        data = []
      }
    }
    return found
  }
}
