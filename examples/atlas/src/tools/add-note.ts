import type { McpServer } from '@modelcontextprotocol/server'
import { wrap } from 'millrace'
import type { Postgres } from 'millrace'
import * as z from 'zod'
import { outdatesCity } from '../cache.ts'
import { addNote as add } from '../cities.ts'
import { cityId, note, text } from '../shapes.ts'
import { answer, unknownCity } from './result.ts'

const inputSchema = z.object({ id: cityId, text: text(1_000).describe('The note, up to 1,000 characters') })

type Input = z.infer<typeof inputSchema>

/** `add_note`: the one tool that writes. */
export function addNote(server: McpServer, pool: Postgres): void {
  server.registerTool(
    'add_note',
    {
      title: 'Add a note',
      description: 'Leaves a note on a city, where city_details shows it to everybody.',
      inputSchema,
      outputSchema: note,
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    },
    wrap(outdatesCity)(async ({ id, text }: Input) => {
      const added = await add(pool, id, text)
      return added ? answer({ ...added }) : unknownCity(id)
    }),
  )
}
