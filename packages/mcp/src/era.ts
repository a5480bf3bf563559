import { protocolVersionOf, speak } from './internals.ts'
import type { AnyProtocol } from './server.ts'

/**
 * The protocol version in which a server answers a request that comes from no client. SDK v2 has a server speak one era,
 * with cache hints and other results in 2026-07-28 than before: the first request decides.
 *
 * @param asked what the request is to be of. @default what the server speaks
 * @returns undefined for a version of before 2026-07-28 that nothing tells
 * @throws Error for an era that the server does not speak
 */
export const versionFor = (protocol: AnyProtocol, asked: string | undefined): string | undefined => {
  const spoken = protocolVersionOf(protocol)
  const version = asked ?? spoken
  if (isModernVersion(version) !== isModernVersion(spoken)) {
    const isFree = spoken === undefined && !isConnected(protocol) && !early.has(protocol)
    if (!isFree || !speak(protocol, version as string)) {
      const known = spoken ?? 'a version before 2026-07-28'
      throw new Error(
        `invoke: the server speaks ${known}; a request of ${version} needs a server of its own, made by SDK v2`,
      )
    }
  }
  if (!isModernVersion(version)) early.add(protocol)
  return version
}

/** Whether a protocol version is 2026-07-28 or later: versions are dates. */
export const isModernVersion = (version: string | undefined): boolean =>
  version !== undefined && version >= '2026-07-28'

// Servers without a client that have answered as before 2026-07-28, and perhaps still do.
const early = new WeakSet<object>()

const isConnected = (protocol: object): boolean =>
  (protocol as { readonly transport?: unknown }).transport !== undefined
