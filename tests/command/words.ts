/** The words of a line of the page, where only single quotes keep spaces. */
export const wordsOfShell = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
