import type { Call, Tools, Traits } from '@millrace/core'
import { handlerTableOf, hasRegistry, instrumentTool, registryOf, restoreTool } from './internals.ts'
import type { Registered, Registry, RegistryName, StoredHandler } from './internals.ts'
import { Labels } from './labels.ts'
import type { LearnedList } from './learnedList.ts'
import { LearnedLists } from './learnedLists.ts'
import { checkMentions } from './mentions.ts'
import type { Mention } from './mentions.ts'
import { isLabelled } from './request.ts'
import type { Registrations } from './registrations.ts'
import { Revisions } from './revisions.ts'
import { memoiseSchemas } from './schemaMemo.ts'
import { registeredOf } from './server.ts'
import type { ServerParts } from './server.ts'
import { noting } from './terminal.ts'
import { noTraits, traitsOf } from './traits.ts'

/** What is known of a server: its tools and their traits, its lists, and what calls of it are labelled with. */
export class ServerFacts implements Tools {
  #parts!: ServerParts
  #labels: Labels | undefined
  /** What a server without registries says in its lists. */
  learned: LearnedLists | undefined
  /** Counted as soon as it is known which `McpServer` it is. */
  registrations: Registrations = () => NaN
  #revisions: Revisions | undefined

  constructor(parts: ServerParts) {
    this.adopt(parts)
  }

  /** What the server dispatches requests of a method to, the chain included. */
  handlerOf(method: string): StoredHandler | undefined {
    return handlerTableOf(this.#parts.protocol)?.get(method)
  }

  /** @param list what was learned of the list that the target stands in, of a server without registries */
  operationOf(method: string, target: string | undefined, list: LearnedList | undefined): string {
    this.#labels ??= new Labels()
    if (target === undefined || !isLabelled(method)) return this.#labels.ofMethod(method)
    return this.#labels.known(method, target) ?? this.#labels.of(method, target, this.#exists(method, target, list))
  }

  #exists(method: string, target: string, list: LearnedList | undefined): boolean {
    const registry = this.registry(method === 'tools/call' ? 'tools' : 'prompts')
    return registry === undefined ? list?.has(target) === true : Object.hasOwn(registry, target)
  }

  traits(name: string): Traits | undefined {
    const tools = this.registry('tools')
    return tools !== undefined && Object.hasOwn(tools, name) ? traitsOf(tools[name]?.['annotations']) : undefined
  }

  names(): readonly string[] | undefined {
    const tools = this.registry('tools')
    return tools && Object.keys(tools)
  }

  /** Those that can be called. */
  toolNames(list: LearnedList | undefined): readonly string[] | undefined {
    const tools = this.registry('tools')
    if (tools === undefined) return list?.isComplete === true ? list.names : undefined
    return Object.keys(tools).filter((name) => tools[name]?.['enabled'] !== false)
  }

  traitsOf(method: string, target: string | undefined, list: LearnedList | undefined): Traits {
    if (method !== 'tools/call' || target === undefined) return noTraits
    return (list === undefined ? this.traits(target) : list.traitsOf(target)) ?? noTraits
  }

  /** What results of now are of one making with; see `Revisions`. */
  revisionOf(method: string, target: string | undefined, isModern: boolean): string {
    this.#revisions ??= new Revisions(() => this.registrations())
    return this.#revisions.of(this.#parts, method, target, isModern)
  }

  /** A handler that has answered calls was replaced as a whole. */
  handlerReplaced(): void {
    this.#revisions ??= new Revisions(() => this.registrations())
    this.#revisions.renew()
  }

  /**
   * Makes what is about to run observable (the errors of a tool) and cheap (the schemas of tools).
   *
   * @returns what the author registered for what is called, where the SDK keeps it
   */
  prepare(call: Call): Registered | undefined {
    if (call.method === 'tools/list')
      for (const tool of Object.values(this.registry('tools') ?? {})) memoiseSchemas(tool)
    const registered = registeredOf(this.#parts, call.method, call.target)
    if (registered === undefined) return undefined
    // `createMcpHandler` converts the schema of the tool that is called, for every request.
    if (call.method === 'tools/call' && instrumentTool(registered, noting)) memoiseSchemas(registered)
    return registered
  }

  /** Takes back what `prepare` put around the functions of tools. */
  restore(): void {
    for (const tool of Object.values(this.registry('tools') ?? {})) restoreTool(tool)
  }

  /** The server turns out to be that of an `McpServer`, whose registries say what its lists did. */
  adopt(parts: ServerParts): void {
    this.#parts = parts
    this.learned = this.registry('tools') === undefined ? new LearnedLists(parts.protocol) : undefined
  }

  /** Looks for the tools that middleware was told of. */
  checkMentions(pending: readonly Mention[], list: LearnedList | undefined): readonly Mention[] {
    const tools = this.registry('tools')
    const isKnown = tools !== undefined || list?.isComplete === true
    if (!isKnown) return pending
    const isConnected = (this.#parts.protocol as { readonly transport?: unknown }).transport !== undefined
    const exists = (name: string) => (tools === undefined ? list?.has(name) === true : Object.hasOwn(tools, name))
    return checkMentions(pending, exists, {
      isConnected,
      tools: () => (tools === undefined ? (list?.names ?? []) : Object.keys(tools)),
    })
  }

  /** Whether the `McpServer` has this at all, and lets it be called: a factory may register less for some callers. */
  serves(method: string, target: string | undefined): boolean {
    const { mcpServer } = this.#parts
    if (mcpServer === undefined || target === undefined) return true
    const registered = registeredOf(this.#parts, method, target)
    return registered === undefined ? !hasRegistry(mcpServer, method) : registered['enabled'] !== false
  }

  /** What the `McpServer` has registered; undefined for a low-level server. */
  registry(name: RegistryName): Registry | undefined {
    const { mcpServer } = this.#parts
    return mcpServer === undefined ? undefined : registryOf(mcpServer, name)
  }
}
