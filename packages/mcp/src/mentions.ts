import { channel, nearest } from '@millrace/core'
import type { Middleware } from '@millrace/core'

/** How often a name that resembles no tool's may be missing: the tool may be one that comes later, or for few. */
const patience = 10

/** The same of one that resembles a tool's while the server has no client: it may still be about to be filled. */
const patienceBefore = 3

/** Tools that a warning lists. */
const maxListed = 10

/** A tool's name that the author of a server wrote down for some middleware. */
export interface Mention {
  /** Where it stands: `only`, `cached.tools`. */
  readonly option: string
  readonly name: string
  misses: number
  /** A tool of this name has been seen, or a warning said that there is none. */
  isSettled: boolean
}

/** The names that one middleware was given; the same objects for whatever server it is attached to. */
export const mentionsOf = (middleware: Middleware): readonly Mention[] => {
  if (middleware.mentions === undefined) return none
  const known = mentions.get(middleware)
  if (known !== undefined) return known
  const found = Object.entries(middleware.mentions).flatMap(([option, names]) =>
    names.map((name) => ({ option, name, misses: 0, isSettled: false })),
  )
  mentions.set(middleware, found)
  return found
}

/**
 * Looks which names are those of tools, and warns of one that is probably misspelled; of one that resembles no tool's
 * when it has been missing for a while.
 *
 * @returns the names that are to be looked for again
 */
export const checkMentions = (
  pending: readonly Mention[],
  exists: (name: string) => boolean,
  server: Seen,
): readonly Mention[] => {
  for (const mention of pending) {
    if (!mention.isSettled) mention.isSettled = exists(mention.name) || isReported(mention, server)
  }
  return pending.filter((mention) => !mention.isSettled)
}

/** What is to be seen of a server. */
interface Seen {
  /** Whether a client is there, to whom its tools are ready. */
  readonly isConnected: boolean
  tools(): readonly string[]
}

const isReported = (mention: Mention, server: Seen): boolean => {
  mention.misses += 1
  const tools = server.tools()
  const near = nearest(mention.name, tools)
  if (mention.misses < (near === undefined ? patience : server.isConnected ? 1 : patienceBefore)) return false
  const known = tools.slice(0, maxListed).join(', ') + (tools.length > maxListed ? ', …' : '')
  const hint = near === undefined ? `there are ${known || 'no tools'}` : `did you mean '${near}'?`
  const message = `${mention.option}: no tool is called '${mention.name}' so far; ${hint}`
  process.emitWarning(message, { type: 'MillraceWarning', code: 'MILLRACE_UNKNOWN_TOOL' })
  if (events.hasSubscribers) events.publish({ type: 'mcp.misnamed', message })
  return true
}

const none: readonly Mention[] = []
const mentions = new WeakMap<Middleware, readonly Mention[]>()
const events = channel('mcp')
