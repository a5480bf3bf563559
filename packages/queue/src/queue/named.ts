import type { Call, Tools } from '@millrace/core'

/**
 * The tools that options name. A name that no server has is a mistake that would go unnoticed: its limit would never
 * hold. Whether there is such a tool is known only when the server is complete: by its first call to a known tool.
 */
export class Named {
  /** Whether the next call to a tool has something to check. */
  isUnchecked = false
  readonly #open: Set<readonly [option: string, tool: string]>
  #servers: Tools[] = []

  constructor(names: ReadonlyArray<readonly [option: string, tool: string]>) {
    this.#open = new Set(names)
  }

  inspect(tools: Tools): void {
    if (this.#open.size === 0 || this.#servers.includes(tools)) return
    // Where a server is made for each request, any of them will do.
    this.#servers = [...this.#servers.slice(-maxServers), tools]
    this.isUnchecked = true
  }

  check({ method, target }: Call): void {
    if (method !== 'tools/call' || target === undefined) return
    const servers = this.#servers.filter((tools) => tools.traits(target) !== undefined)
    if (servers.length === 0) return
    for (const name of this.#open) {
      const [option, tool] = name
      if (this.#servers.every((tools) => tools.traits(tool) === undefined)) warn(option, tool)
      this.#open.delete(name)
    }
    this.#servers = []
    this.isUnchecked = false
  }
}

const maxServers = 15

const warn = (option: string, tool: string): void =>
  process.emitWarning(`queue.${option} names '${tool}', but the server has no such tool.`, {
    type: 'MillraceWarning',
    code: 'MILLRACE_QUEUE_TOOL',
  })
