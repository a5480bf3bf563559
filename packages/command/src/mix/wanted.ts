import type { Params } from '../wire/request.ts'

/** One kind of call that a load is made of. */
export type Wanted = WantedTool | WantedMethod

/** A tool, with the arguments to call it with in turn. */
export interface WantedTool {
  readonly tool: string
  /** None: made from the tool's schema. */
  readonly args: readonly Params[]
  readonly weight: number
}

/** Any other method. */
export interface WantedMethod {
  readonly method: string
  readonly params: Params
  readonly weight: number
}
