import * as z from 'zod'

/** The tool that every server has, and nothing else. */
export const name = 'echo'
export const description = 'Gives back the text that it is given.'
export const schema = z.object({ text: z.string().describe('What to give back') })

/** @param {{ readonly text: string }} input */
export const answer = ({ text }) => ({ content: [{ type: /** @type {const} */ ('text'), text }] })
