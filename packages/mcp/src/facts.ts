import type { Call, Clock, Tools, Traits } from '@millrace/core'
import { catalogue, listedBy } from './catalogue.ts'
import type { Catalogue } from './catalogue.ts'
import type { SdkContext } from './context.ts'
import { callbackOf, identityOf, instrumentTool, registryOf } from './internals.ts'
import type { Registry, RegistryName, StoredHandler } from './internals.ts'
import { learnedTraits } from './learnedTraits.ts'
import type { LearnedTraits } from './learnedTraits.ts'
import { isLabelled } from './request.ts'
import { memoiseSchemas } from './schemaMemo.ts'
import type { ServerParts } from './server.ts'
import { noting } from './terminal.ts'
import { noTraits, traitsOf } from './traits.ts'

/** Operations that are told apart; names beyond are `(unknown)`. */
const maxOperations = 1000

/** What is known of a server: its tools and their traits, its lists, and what calls of it are labelled with. */
export class ServerFacts implements Tools {
  readonly #parts: ServerParts
  readonly #operations = new Map<string, string>()
  readonly #learned: LearnedTraits | undefined
  #catalogue: Catalogue | undefined
  #identity: { readonly legacy: string; readonly modern: string } | undefined

  constructor(parts: ServerParts) {
    this.#parts = parts
    this.#learned = parts.mcpServer === undefined ? learnedTraits() : undefined
  }

  /** Asks a low-level server for its own list, which is where its tools say what they are. */
  learn(list: StoredHandler | undefined, context: SdkContext, clock: Clock): Promise<void> | undefined {
    return this.#learned?.learn(list, context, clock)
  }

  /** The server has another list of tools: what was learned of the old one no longer counts. */
  forgetTools(): void {
    this.#learned?.forget()
  }

  operationOf(method: string, target: string | undefined): string {
    if (target === undefined || !isLabelled(method)) return method
    const key = `${method} ${target}`
    const known = this.#operations.get(key)
    if (known !== undefined) return known
    // Anybody can call a tool by any name; only names that exist become labels.
    const registry = this.registry(method === 'tools/call' ? 'tools' : 'prompts')
    const exists = registry === undefined || Object.hasOwn(registry, target)
    if (!exists || this.#operations.size >= maxOperations) return `${method} (unknown)`
    this.#operations.set(key, key)
    return key
  }

  traits(name: string): Traits | undefined {
    if (this.#learned !== undefined) return this.#learned.traitsOf(name)
    const tools = this.registry('tools')
    return tools !== undefined && Object.hasOwn(tools, name) ? traitsOf(tools[name]?.['annotations']) : undefined
  }

  traitsOf(method: string, target: string | undefined): Traits {
    return (method === 'tools/call' && target !== undefined && this.traits(target)) || noTraits
  }

  /** The two eras of SDK v2 have results of their own: a structured answer that is no object is wrapped for one. */
  revisionOf(method: string, isModern: boolean): string {
    this.#identity ??= eras(identityOf(this.#parts.protocol) ?? '')
    const identity = isModern ? this.#identity.modern : this.#identity.legacy
    if (this.#parts.mcpServer === undefined || listedBy[method] === undefined) return identity
    this.#catalogue ??= catalogue(this.#parts.mcpServer)
    return `${identity} ${this.#catalogue.revisionOf(method) ?? ''}`
  }

  /**
   * Makes what is about to run observable (the errors of a tool) and cheap (the schemas of tools).
   *
   * @returns the function that the author registered for the tool that is called
   */
  prepare(call: Call): unknown {
    if (call.method !== 'tools/call' && call.method !== 'tools/list') return undefined
    const tools = this.registry('tools')
    if (tools === undefined) return undefined
    if (call.method === 'tools/list') {
      for (const name of Object.keys(tools)) memoiseSchemas(tools[name] ?? {})
      return undefined
    }
    const tool = call.target !== undefined && Object.hasOwn(tools, call.target) ? tools[call.target] : undefined
    // `createMcpHandler` converts the schema of the tool that is called, for every request.
    if (tool === undefined) return undefined
    if (instrumentTool(tool, noting)) memoiseSchemas(tool)
    return callbackOf(tool)
  }

  /** What the `McpServer` has registered; undefined for a low-level server. */
  registry(name: RegistryName): Registry | undefined {
    const { mcpServer } = this.#parts
    return mcpServer === undefined ? undefined : registryOf(mcpServer, name)
  }
}

const eras = (identity: string) => ({ legacy: identity, modern: `${identity} 2026` })
