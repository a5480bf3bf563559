import { FastMCP } from 'fastmcp'
import { freePort } from './freePort.mjs'
import { measured } from './measured.mjs'
import { answer, description, name, schema } from './tool.mjs'

// It says a word about each request otherwise.
const nothing = () => undefined
const logger = { debug: nothing, error: nothing, info: nothing, log: nothing, warn: nothing }
const server = new FastMCP({ name: 'peer', version: '1.0.0', logger })
server.addTool({ name, description, parameters: schema, execute: (input) => Promise.resolve(answer(input)) })

const port = await freePort()
await server.start({
  transportType: 'httpStream',
  httpStream: { host: '127.0.0.1', port, stateless: true, enableJsonResponse: true },
})
measured(port)
