/** What a program was started with that it does not know: one line to say so, and the code to end with. */
export class UnknownOption extends Error {
  readonly exitCode = 2
}

/**
 * Whether standard input and output are to be used, from the arguments of the program.
 *
 * @throws UnknownOption for anything but `--stdio`
 */
export function isOverStdio(given: readonly string[]): boolean {
  const unknown = given.find((one) => one !== '--stdio')
  if (unknown !== undefined) {
    throw new UnknownOption(
      `Unknown option ${JSON.stringify(unknown)}: the atlas takes --stdio, or nothing to serve over HTTP.`,
    )
  }
  return given.length > 0
}
