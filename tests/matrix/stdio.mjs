// A server over stdio, of whichever SDK line is installed here.
import { lines } from './lines.mjs'
import * as z from 'zod'

const [line] = lines
const server = line.server()
line.register(server, 'square', { n: z.number() }, async ({ n }) => ({ content: [{ type: 'text', text: `${n * n}` }] }))
await line.stdio(server)
