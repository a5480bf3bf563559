const longest = 2 ** 31 - 1

/** The same promise; the process does not end for want of work before it has settled. */
export const keptAlive = <Value>(work: Promise<Value>): Promise<Value> => {
  const handle = setInterval(() => {}, longest)
  const letGo = (): void => clearInterval(handle)
  work.then(letGo, letGo)
  return work
}
