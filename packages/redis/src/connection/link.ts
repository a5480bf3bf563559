import type { RedisClient } from './driver.ts'

/** Told of the life of a connection. */
export interface LinkListener {
  connected(): void
  /** @param isDown whether an attempt to connect failed, as opposed to a connection that broke */
  lost(isDown: boolean, error: unknown): void
  /** It has given up for good: somebody ended it, or it ended itself. */
  ended(): void
}

/**
 * Follows a client that connects again by itself. What it says between two states belongs to the later one.
 *
 * @returns what ends the client, and the following
 */
export const follow = (client: RedisClient, listener: LinkListener): (() => void) => {
  let isConnected = false
  let latest: unknown
  const onReady = (): void => {
    isConnected = true
    isTold = false
    latest = undefined
    listener.connected()
  }
  let isTold = false
  const onError = (error: unknown): void => {
    latest = error
    // Who looks for a primary among sentinels goes on looking, and closes nothing.
    if (!isConnected && !isTold) listener.lost((isTold = true), error)
  }
  const onNodeError = (error: unknown): void => {
    latest = error
  }
  const onClose = (): void => {
    if (!isTold) listener.lost(!isConnected, latest)
    isTold = false
    isConnected = false
  }
  const onEnd = (): void => {
    leave()
    listener.ended()
  }
  const leave = (): void => {
    client.off('ready', onReady)
    client.off('close', onClose)
    client.off('end', onEnd)
    client.disconnect()
  }
  client.on('ready', onReady)
  client.on('error', onError)
  client.on('node error', onNodeError)
  client.on('close', onClose)
  client.on('end', onEnd)
  // What it fails with has been heard as an error, and it goes on trying.
  client.connect().catch(() => {})
  return leave
}
