/** Takes note that `wrapper` stands around `handler`, which may be a wrapper itself. */
export const nest = (wrapper: object, handler: object): void => void within.set(wrapper, handler)

/** Whether a wrapper is what was registered, or stands inside it. */
export const isInside = (wrapper: object, registered: unknown): boolean => {
  for (let at = registered; at !== undefined; at = within.get(at as object)) if (at === wrapper) return true
  return false
}

/** A wrapper, what it stands around, and so on to the author's own function. */
export const layersOf = (outermost: object): readonly object[] => {
  const layers = [outermost]
  for (let at = within.get(outermost); at !== undefined; at = within.get(at)) layers.push(at)
  return layers
}

// By wrapper: a handler may be wrapped more than once, and each wrapper stands around one.
const within = new WeakMap<object, object>()
