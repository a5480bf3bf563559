import { ms } from '../../bench/numbers.ts'
import { random } from '../../mix/random.ts'
import { sample } from '../../mix/sample.ts'
import { prepare } from '../../wire/era.ts'
import { isRecord } from '../../wire/judge.ts'
import { repeatedHeaders } from '../../wire/repeatedHeaders.ts'
import type { Tool } from '../../wire/ask.ts'
import type { Finding } from '../finding.ts'
import type { Examination, Patient } from './patient.ts'

/** Calls every tool that says it only reads, twice with the same made-up arguments: how long that takes. */
export const calls: Examination = async (patient) => {
  const reading = patient.tools.filter(
    ({ annotations }) => isRecord(annotations) && annotations['readOnlyHint'] === true,
  )
  const findings: Finding[] = []
  for (const tool of reading.slice(0, maxTools)) findings.push(...(await examine(patient, tool)))
  return findings
}

const examine = async (patient: Patient, tool: Tool): Promise<Finding[]> => {
  const args = argumentsOf(tool)
  if (args === undefined) return []
  const first = await timed(patient, tool, args)
  const second = first === undefined ? undefined : await timed(patient, tool, args)
  if (first === undefined || second === undefined) return []
  const slow = Math.min(first, second)
  if (slow > slowMs) {
    return [
      {
        id: 'slow-call',
        where: tool.name,
        what: `It takes ${ms(slow)} ms, also when it is asked the same again.`,
        why: 'A model waits for it, and most clients give up after a minute.',
        change:
          'cached({ ttlMs: … }) where answers stay true for a while, timeout({ timeoutMs: … }) so that nobody waits for ever.',
      },
    ]
  }
  if (slow <= worthCachingMs) return []
  return [
    {
      id: 'repeated-call',
      where: tool.name,
      what: `The same question takes ${ms(first)} ms and then ${ms(second)} ms again.`,
      why: 'It says that it only reads, and answers are made anew each time.',
      change: `use(server, cached({ tools: { ${JSON.stringify(tool.name)}: 60_000 } })) of millrace, for as long as answers stay true.`,
    },
  ]
}

const argumentsOf = ({ inputSchema }: Tool): object | undefined => {
  try {
    return sample({ type: 'object', ...(inputSchema as object) }, { random: random(1), root: inputSchema }) as object
  } catch {
    // What cannot be made up is not called.
    return undefined
  }
}

/** Milliseconds of a call that was answered well. */
const timed = async (
  { server, lane, timeoutMs, now }: Patient,
  tool: Tool,
  args: object,
): Promise<number | undefined> => {
  const request = { method: 'tools/call', params: { name: tool.name, arguments: args } }
  const began = now()
  const { ending } = await lane.send(prepare(server.era, request, repeatedHeaders(tool.inputSchema, args)), timeoutMs)
  return ending === undefined ? now() - began : undefined
}

const maxTools = 50
const slowMs = 1000
const worthCachingMs = 50
