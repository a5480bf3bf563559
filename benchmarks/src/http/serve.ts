// One HTTP server in a process of its own: `node serve.ts "v1 edge"`. It tells its parent the port it listens on, and
// the CPU time it has used whenever it is asked; it ends with its parent.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { handlerNamed } from './servers.ts'

const [name = ''] = process.argv.slice(2)

const server = createServer(await handlerNamed(name))
// The cases take turns: a connection may be idle for minutes.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuUs: user + system })
})
process.on('disconnect', () => process.exit(0))
