// What every peer's program does besides serving: it tells its parent the port it listens on, and the CPU time it has
// used whenever it is asked; it ends with its parent.
import process from 'node:process'

/** @param {number} port */
export const measured = (port) => {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpuUs: user + system })
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.({ port })
}

/**
 * The cases take turns: a connection may be idle for minutes.
 *
 * @param {import('node:http').Server} server
 */
export const listen = (server) => {
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1', () => measured(server.address().port))
}
