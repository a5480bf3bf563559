/** Why a command could not be carried out, as one sentence for whoever typed it. The process ends with 2. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
