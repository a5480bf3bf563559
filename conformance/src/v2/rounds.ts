import { randomBytes } from 'node:crypto'
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  createRequestStateCodec,
  type InputRequest,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
  type ToolCallback,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { answer } from '../content/tools.ts'

/** Signs what travels through the client from one round to the next; one key for all servers of this process. */
export const stateCodec: RequestStateCodec<State> = createRequestStateCodec({ key: randomBytes(32) })

/** Registers the tools that need more than one round trip: they answer with questions before they answer. */
export function registerRounds(server: McpServer): void {
  // Read-only, so that a cache is tempted: neither a question nor the answer to a reply may be stored.
  const annotations = { readOnlyHint: true }
  for (const [name, [description, handler]] of Object.entries(tools)) {
    server.registerTool(name, { description, annotations }, handler)
  }
}

interface State {
  readonly round: number
}

const nameForm = z.object({ name: z.string() })
const colorForm = z.object({ color: z.string() })
const confirmForm = z.object({ ok: z.boolean() })

const askName = inputRequired.elicit({ message: 'What is your name?', requestedSchema: nameForm })
const askColor = inputRequired.elicit({ message: 'What is your favorite color?', requestedSchema: colorForm })
const askConfirmation = inputRequired.elicit({ message: 'Please confirm', requestedSchema: confirmForm })
const askRoots = inputRequired.listRoots()

const tools: Record<string, [description: string, handler: ToolCallback]> = {
  test_input_required_result_elicitation: ['Asks for a name', elicitation],
  test_input_required_result_sampling: ['Asks for a completion', sampling],
  test_input_required_result_list_roots: ['Asks for the roots', roots],
  test_input_required_result_request_state: ['Asks with a state', confirmed],
  test_input_required_result_tampered_state: ['Asks with a state that must come back as it was', confirmed],
  test_input_required_result_multiple_inputs: ['Asks three things at once', several],
  test_input_required_result_multi_round: ['Asks twice, one after the other', twoRounds],
  test_input_required_result_capabilities: ['Asks only for what the client can do', capable],
  test_missing_capability: ['Needs a client that completes', sampling],
  test_streaming_elicitation: ['Asks for a name on the response', elicitation],
}

function elicitation({ mcpReq }: ServerContext): ReturnType<ToolCallback> {
  const given = acceptedContent(mcpReq.inputResponses, 'user_name', nameForm)
  return given ? answer(`Hello, ${given.name}!`) : inputRequired({ inputRequests: { user_name: askName } })
}

function sampling({ mcpReq }: ServerContext): ReturnType<ToolCallback> {
  const reply = inputResponse(mcpReq.inputResponses, 'capital_question')
  if (reply.kind === 'sampling') return answer(JSON.stringify(reply.result.content))
  return inputRequired({ inputRequests: { capital_question: complete('What is the capital of France?') } })
}

function roots({ mcpReq }: ServerContext): ReturnType<ToolCallback> {
  const reply = inputResponse(mcpReq.inputResponses, 'client_roots')
  if (reply.kind === 'roots') return answer(`Roots: ${reply.roots.map(({ uri }) => uri).join(', ')}`)
  return inputRequired({ inputRequests: { client_roots: askRoots } })
}

async function confirmed({ mcpReq }: ServerContext): Promise<Awaited<ReturnType<ToolCallback>>> {
  const given = acceptedContent(mcpReq.inputResponses, 'confirm', confirmForm)
  if (given?.ok && mcpReq.requestState<State>()?.round === 1) return answer('state-ok')
  return inputRequired({
    inputRequests: { confirm: askConfirmation },
    requestState: await stateCodec.mint({ round: 1 }),
  })
}

async function several({ mcpReq }: ServerContext): Promise<Awaited<ReturnType<ToolCallback>>> {
  const given = acceptedContent(mcpReq.inputResponses, 'user_name', nameForm)
  const greeting = inputResponse(mcpReq.inputResponses, 'greeting')
  const listed = inputResponse(mcpReq.inputResponses, 'client_roots')
  const isComplete = given && greeting.kind === 'sampling' && listed.kind === 'roots'
  if (isComplete && mcpReq.requestState<State>()?.round === 1) return answer(`Hello, ${given.name}!`)
  const inputRequests = { user_name: askName, greeting: complete('Generate a greeting'), client_roots: askRoots }
  return inputRequired({ inputRequests, requestState: await stateCodec.mint({ round: 1 }) })
}

async function twoRounds({ mcpReq }: ServerContext): Promise<Awaited<ReturnType<ToolCallback>>> {
  const round = mcpReq.requestState<State>()?.round
  const name = acceptedContent(mcpReq.inputResponses, 'step1', nameForm)
  const color = acceptedContent(mcpReq.inputResponses, 'step2', colorForm)
  if (round === 2 && color) return answer(`Your favorite color is ${color.color}`)
  const isSecond = round === 2 || (round === 1 && name)
  return inputRequired({
    inputRequests: isSecond ? { step2: askColor } : { step1: askName },
    requestState: await stateCodec.mint({ round: isSecond ? 2 : 1 }),
  })
}

function capable({ mcpReq }: ServerContext): ReturnType<ToolCallback> {
  const envelope: Record<string, unknown> = mcpReq.envelope ?? {}
  const { sampling: canComplete, elicitation: canAsk } = envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities
  return inputRequired({
    inputRequests: {
      ...(canComplete && { capital_question: complete('What is the capital of France?') }),
      ...(canAsk && { user_name: askName }),
    },
  })
}

function complete(question: string): InputRequest {
  const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: question } }]
  return inputRequired.createMessage({ messages, maxTokens: 100 })
}
