/** Something wrong with what the model asked for, in words that it can act on. */
export class Fault extends Error {}
