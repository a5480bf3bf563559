import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Access } from './access.ts'
import { sentence, write } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Part, Route } from './part.ts'

/** Answers every request. */
export type Router = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Finds the route; what no route has is a 404 that names what there is. */
export const router = (parts: readonly Part[], access: Access): Router => {
  const routes = parts.flatMap((part) => part.routes)
  return async (request, response) => {
    try {
      await write(request, response, await answerTo(request, routes, access).catch(failure))
    } catch {
      // Its beginning may be on its way, or whoever asked has gone.
      response.destroy()
    }
  }
}

const answerTo = async (request: IncomingMessage, routes: readonly Route[], access: Access): Promise<Answer> => {
  const { url = '/', method } = request
  const found = routes.filter(({ path }) => path === pathOf(url))
  const route = found.find((one) => methodOf(one) === (method === 'HEAD' ? 'GET' : method))
  const refusal = access(request, route?.guard ?? 'read')
  if (refusal !== undefined) return refusal
  if (route !== undefined) return route.handle(request)
  if (found.length === 0) return sentence(404, `There is nothing at this path. There is ${pathsOf(routes)}.`)
  const allow = found.map(methodOf).join(', ')
  return sentence(405, `Here is only ${allow}.`, { allow })
}

const methodOf = ({ method = 'GET' }: Route): string => method

/** Without the files that a page loads. */
const pathsOf = (routes: readonly Route[]): string =>
  [...new Set(routes.map(({ path }) => path))]
    .filter((path) => !path.includes('.'))
    .toSorted()
    .join(', ')

const pathOf = (target: string): string => target.split('?', 1)[0]!

/** Who asks here is an operator: what went wrong is for them to read. */
const failure = (error: unknown): Answer =>
  sentence(500, `This could not be answered: ${error instanceof Error ? error.message : String(error)}`)
