import express from 'express'
import type { Express } from 'express'
import { edge } from 'millrace'
import type { Edge } from 'millrace'
import { createServer } from './server.ts'
import { authenticate } from './tokens.ts'

/** The app, and what ends its MCP endpoint. */
export const shop = (): { readonly app: Express; readonly mcp: Edge } => {
  const mcp = edge(createServer, { authenticate, refusals: 'http' })
  const app = express()
  // Before `express.json()`, which takes bodies of 100 kB at most and answers what is no JSON with a page.
  app.all('/mcp', (request, response) => mcp.handler(request, response))
  // What was there before, its parsing of bodies included.
  app.use(express.json())
  app.get('/', (_request, response) => void response.send('A shop'))
  return { app, mcp }
}
