/**
 * Stops V8 from writing stacks until `resumeStacks` gets what this returns: a stack costs seven times the error.
 * Where the limit cannot be written (`node --frozen-intrinsics`), errors just have their stack.
 */
export const pauseStacks = (): number => {
  const limit = Error.stackTraceLimit
  setLimit(0)
  return limit
}

export const resumeStacks = (limit: number): void => setLimit(limit)

const setLimit = (limit: number): void => {
  try {
    Error.stackTraceLimit = limit
  } catch {
    // Frozen: nothing was paused, nothing is to be resumed.
  }
}
