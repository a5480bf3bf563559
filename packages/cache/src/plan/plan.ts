import { fits } from '@millrace/core'
import type { Call, Tools, Traits } from '@millrace/core'
import { MemoBudget } from '../keys/keyMemo.ts'
import type { Statistics } from '../statistics.ts'
import { warnOnce } from '../warning.ts'
import { isByUri } from './checks.ts'
import { laneOf } from './lane.ts'
import type { Lane, WriteLane } from './lane.ts'
import { Lanes } from './lanes.ts'
import type { CachedOptions, CacheRule } from './options.ts'
import { settingsOf } from './settings.ts'
import type { Settings } from './settings.ts'

/** Which calls are cached, and how: what the options come to, call by call. */
export class Plan {
  readonly #statistics: Statistics
  readonly #attached = new Lanes()
  readonly #wrapped = new Lanes()
  readonly #budget = new MemoBudget()
  readonly #general: Settings | undefined
  readonly #tools: ReadonlyMap<string, Ruling>
  readonly #kinds: ReadonlyMap<string, Ruling>
  /** The server it was shown last. */
  #server: WeakRef<Tools> | undefined
  /** Whether some tool has been seen to be cached, or the author has been warned that none is. */
  #isUseful: boolean
  readonly #resources: ReadonlyArray<{ readonly uri: string; readonly settings: Settings | undefined }>

  constructor(options: CachedOptions, statistics: Statistics) {
    const { ttlMs, tools = {}, lists, resources, prompts } = options
    this.#statistics = statistics
    this.#general = settingsOf(ttlMs === undefined ? undefined : { ttlMs }, options)
    this.#tools = new Map(
      Object.entries(tools).map(([name, rule]): [string, Ruling] => {
        const { invalidates } = typeof rule === 'object' ? rule : {}
        return [name, invalidates === undefined ? settingsOf(rule, options, ttlMs) : { invalidates }]
      }),
    )
    this.#isUseful = ttlMs === undefined || this.#tools.size > 0
    this.#resources = isByUri(resources)
      ? Object.entries(resources).map(([uri, rule]) => ({ uri, settings: settingsOf(rule, options) }))
      : []
    const kinds: Array<readonly [string, number | CacheRule | false | undefined]> = [
      ...listMethods.map((method) => [method, lists] as const),
      ['resources/read', isByUri(resources) ? undefined : resources],
      ['prompts/get', prompts],
    ]
    this.#kinds = new Map(
      kinds.flatMap(([method, rule]) => (rule === undefined ? [] : [[method, settingsOf(rule, options)]])),
    )
  }

  /** How the call is cached, or what it makes outdated; undefined when it is neither. */
  laneOf(call: Call): Lane | WriteLane | undefined {
    const lanes = call.isWrapped === true ? this.#wrapped : this.#attached
    return lanes.get(call) ?? this.#find(call, lanes)
  }

  /**
   * Looks whether the tools that were named may be cached.
   *
   * @throws TypeError when one says that it writes.
   */
  inspect(tools: Tools): void {
    if (this.#general !== undefined && !this.#isUseful) this.#server = new WeakRef(tools)
    for (const [name, ruling] of this.#tools) {
      if (ruling === undefined || 'invalidates' in ruling) continue
      const hint = saysItWrites(tools.traits(name) ?? {})
      if (hint === undefined) continue
      throw new TypeError(
        `cached.tools.${name}: ${name} says it writes (${hint}); a cached answer would skip the write. ` +
          'Take it out, or say what it makes outdated: { invalidates: […] }.',
      )
    }
  }

  /**
   * Whether a call goes past because its tool does not say that it only reads. Warns, once, when no tool of the server
   * does: by then its client may call them, so they are all there.
   */
  isUndeclared({ method, target, isWrapped }: Call): boolean {
    if (this.#general === undefined || method !== 'tools/call' || isWrapped === true) return false
    if (this.#tools.has(target ?? '')) return false
    if (!this.#isUseful) this.#warnOfNoReader()
    return true
  }

  #warnOfNoReader(): void {
    const tools = this.#server?.deref()
    const names = tools?.names?.()
    if (tools === undefined || names === undefined || names.length === 0) return
    this.#isUseful = true
    if (names.some((name) => tools.traits(name)?.readOnly === true)) return
    const listed = names.slice(0, mostListed).join(', ') + (names.length > mostListed ? ', …' : '')
    warnOnce(
      this,
      '',
      `cached: no tool is cached: ttlMs covers the tools that say readOnlyHint: true, and none of ${listed} does. ` +
        'Say annotations: { readOnlyHint: true } where they are registered, or name them: cached({ tools: { … } }).',
    )
  }

  #find(call: Call, lanes: Lanes): Lane | WriteLane | undefined {
    const byUri =
      call.method === 'resources/read' ? this.#resources.find(({ uri }) => fits(uri, call.target ?? '')) : undefined
    const ruling = byUri === undefined ? this.#ruling(call) : byUri.settings
    if (ruling === undefined) return undefined
    if ('invalidates' in ruling) return ruling
    const known = byUri === undefined ? undefined : lanes.getByUri(call, byUri.uri)
    if (known !== undefined) return known
    const lane = laneOf(call, ruling, this.#needsReadOnly(call), this.#statistics.of(call.operation), this.#budget)
    if (byUri === undefined) lanes.set(call, lane)
    else lanes.setByUri(call, byUri.uri, lane)
    return lane
  }

  #ruling(call: Call): Ruling {
    const { method, target } = call
    const named = method === 'tools/call' ? this.#tools : this.#kinds
    const name = method === 'tools/call' ? (target ?? '') : method
    if (named.has(name)) return named.get(name)
    // Whoever wraps a handler names it. Of the others only tools come under the general lifetime, when they say so:
    // a client could name any number of tools that do not exist.
    const isMeant = call.isWrapped === true || (method === 'tools/call' && call.traits.readOnly === true)
    if (call.isWrapped === true && this.#general === undefined) this.#warnOfNothing(call.operation)
    return isMeant ? this.#general : undefined
  }

  #warnOfNothing(operation: string): void {
    warnOnce(
      this,
      operation,
      `cached: ${operation} is wrapped and not cached, as nothing says for how long; give ttlMs`,
    )
  }

  #needsReadOnly(call: Call): boolean {
    return call.method === 'tools/call' && call.isWrapped !== true && !this.#tools.has(call.target ?? '')
  }
}

/** The hint by which a tool says that it changes something; undefined for one that does not say so. */
export const saysItWrites = ({ readOnly, destructive }: Traits): string | undefined => {
  if (readOnly === false) return 'readOnlyHint: false'
  return destructive === true ? 'destructiveHint: true' : undefined
}

type Ruling = Settings | WriteLane | undefined

const mostListed = 10
const listMethods = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']
