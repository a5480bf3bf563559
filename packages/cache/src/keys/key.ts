import { sha256 } from '@millrace/core'
import type { Call } from '@millrace/core'
import type { Lane } from '../plan/lane.ts'
import { canonical, withoutUndefined } from './canonical.ts'

/**
 * The key of a call: operation, who shares the entry, state of the server, target, what else it varies by, arguments.
 * Every part says by itself where it ends, so that no two different calls have one key. Above 256 characters it is
 * hashed. Undefined for a call whose arguments cannot be told apart from others in this way.
 */
export const keyOf = (call: Call, lane: Lane, maxInputLength: number): string | undefined => {
  lane.shapes.made = undefined
  if (!lane.isSimple || (!lane.isNamed && call.target !== undefined)) return made(call, lane, maxInputLength)
  const { input, revision } = call
  const shape = lane.shapes.of(input)
  if (shape === undefined) return made(call, lane, maxInputLength)
  const principal = lane.settings.isPublic ? undefined : call.principal
  const known = shape.memo.find(revision, principal, input as object)
  if (known !== undefined) return known
  const written = shape.write(input as object)
  const key = written === undefined ? undefined : headOf(call, lane, maxInputLength) + written
  if (key === undefined || key.length > longest) return made(call, lane, maxInputLength)
  lane.shapes.made = shape
  return key
}

/** The key that `keyOf` has just made has found an entry: it is worth remembering, which most keys are not. */
export const rememberKey = ({ revision, principal, input }: Call, lane: Lane, key: string): void => {
  lane.shapes.made?.memo.remember(revision, lane.settings.isPublic ? undefined : principal, input as object, key)
  lane.shapes.made = undefined
}

/** The key without looking whether it is known, for arguments of any kind. */
const made = (call: Call, lane: Lane, maxInputLength: number): string | undefined => {
  const { key: of } = lane.settings
  const head = headOf(call, lane, maxInputLength)
  if (head === undefined) return undefined
  const input = withoutUndefined(of === undefined ? call.input : of(call))
  const short = lane.shapes.of(input)?.write(input as object)
  if (short !== undefined && head.length + short.length <= longest) return head + short
  const body = canonical(input, maxInputLength)
  if (body === undefined) return undefined
  if (short === undefined && head.length + body.length <= longest) return head + body
  // As JSON the head has no lone surrogates, which the hash's UTF-8 would make one and the same.
  return `#${sha256(JSON.stringify(head) + body)}`
}

/** All of the key but the arguments; undefined when what it varies by cannot be told apart. */
const headOf = (call: Call, lane: Lane, maxInputLength: number): string | undefined => {
  const { isPublic, varyBy, key } = lane.settings
  const { revision, target } = call
  let head = lane.head + (isPublic ? 'p' : sharer(call.principal))
  if (revision !== undefined) head += `r${revision.length}"${revision}`
  if (!lane.isNamed && target !== undefined) head += `t${target.length}"${target}`
  if (varyBy !== undefined) {
    const by = canonical(varyBy(call), maxInputLength)
    if (by === undefined) return undefined
    head += `v${by.length}"${by}`
  }
  return key === undefined ? head : `${head}k`
}

const sharer = (principal: string | undefined): string =>
  principal === undefined ? 'a' : `u${principal.length}"${principal}`

const longest = 256
