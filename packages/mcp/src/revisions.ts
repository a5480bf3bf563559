import { catalogue, listedBy } from './catalogue.ts'
import type { Catalogue } from './catalogue.ts'
import { identityOf, outputJsonOf, registeredNameOf } from './internals.ts'
import type { Registrations } from './registrations.ts'
import { registeredOf } from './server.ts'
import type { ServerParts } from './server.ts'
import { freshText, Versions } from './versions.ts'

/** Tells which results of a server are of one making: a text that changes with what would make them. */
export class Revisions {
  readonly #versions = new Versions()
  readonly #registrations: Registrations
  #catalogue: Catalogue | undefined
  #identity: { readonly legacy: string; readonly modern: string } | undefined
  /** What all have in common once a handler was replaced. */
  #renewed = ''

  constructor(registrations: Registrations) {
    this.#registrations = registrations
  }

  /**
   * Servers and eras have results of their own. SDK v2 makes another answer for 2025 where a tool's structured content
   * is no object, and has cache hints for 2026 only; a tool whose output schema is an object answers both the same.
   */
  of(parts: ServerParts, method: string, target: string | undefined, isModern: boolean): string {
    this.#identity ??= eras(identityOf(parts.protocol) ?? '')
    const isModernOnly = isModern && !(method === 'tools/call' && answersObjects(parts, target))
    const identity = isModernOnly ? this.#identity.modern : this.#identity.legacy
    const version = this.#versionOf(parts, method, target)
    return version === '' ? identity : `${identity} ${version}`
  }

  /** A handler that has answered calls was replaced as a whole. */
  renew(): void {
    this.#versions.renew()
    this.#renewed = freshText()
  }

  #versionOf(parts: ServerParts, method: string, target: string | undefined): string {
    const { mcpServer } = parts
    if (mcpServer !== undefined && listedBy[method] !== undefined) {
      this.#catalogue ??= catalogue(mcpServer, this.#registrations)
      return `${this.#renewed}${this.#catalogue.revisionOf(method) ?? ''}`
    }
    const registered = registeredOf(parts, method, target)
    if (registered === undefined) return this.#renewed
    const name = registeredNameOf(mcpServer as object, target as string, registered)
    return this.#versions.of(method, name, registered)
  }
}

const answersObjects = (parts: ServerParts, target: string | undefined): boolean => {
  const registered = registeredOf(parts, 'tools/call', target)
  return registered !== undefined && outputJsonOf(registered)?.type === 'object'
}

const eras = (identity: string) => ({ legacy: identity, modern: `${identity} 2026` })
