import { MCPServer } from 'mcp-use'
import { measured } from './measured.mjs'
import { answer, description, name, schema } from './tool.mjs'

const server = new MCPServer({ name: 'peer', version: '1.0.0', logging: { enabled: false } })
server.tool({ name, description, inputSchema: schema }, answer)
const { port } = await server.listen(0, { host: '127.0.0.1' })
measured(port)
