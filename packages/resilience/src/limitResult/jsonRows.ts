/**
 * Whether a text that is JSON has an array of more than so many items, at any depth. It is looked through and not read:
 * of a text that only begins like JSON, the answer means nothing.
 */
export const hasMoreItems = (text: string, maxItems: number): boolean => {
  // The shortest is `[0,0,0]`.
  if (text.length <= 2 * maxItems + 2 || !/^\s*[[{]/.test(text)) return false
  const commas: number[] = []
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at)
        break
      case opensArray:
        commas.push(0)
        break
      case opensObject:
        commas.push(-Infinity)
        break
      case closesArray:
      case closesObject:
        commas.pop()
        break
      case comma:
        if ((commas[commas.length - 1]! += 1) >= maxItems) return true
        break
      default:
    }
  }
  return false
}

/** Where a string ends that begins at a quote; behind the text when it does not. */
const endOfString = (text: string, start: number): number => {
  let at = text.indexOf('"', start + 1)
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1)
  return at < 0 ? text.length : at
}

const isEscaped = (text: string, at: number): boolean => {
  let first = at
  while (text.charCodeAt(first - 1) === backslash) first -= 1
  return (at - first) % 2 === 1
}

const [quote, comma, backslash] = [0x22, 0x2c, 0x5c]
const [opensArray, closesArray, opensObject, closesObject] = [0x5b, 0x5d, 0x7b, 0x7d]
