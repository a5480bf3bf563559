import * as z from 'zod'
import type { BenchServer } from '../sdk/line.ts'

/** What the tool says of itself. */
export const echoTool = {
  description: 'Gives back the text that it is given.',
  inputSchema: z.object({ text: z.string().describe('What to give back') }),
}

/** One tool that gives back what it is given. */
export const registerEcho = (server: BenchServer): void => {
  server.registerTool('echo', echoTool, ({ text }) => ({ content: [{ type: 'text', text }] }))
}

/** Texts that differ, of the length of a short answer. */
export const echoInput = (index: number): { readonly text: string } => ({
  text: `${index} Springfield (US), population 114394, 39.80 N 89.64 W, found by name. `.repeat(3),
})
