/** What a thread is asked. */
export type Order = WarmOrder | TaskOrder

/** To say whether it could import what it was told to. */
export interface WarmOrder {
  readonly kind: 'warm'
}

/** To run something. */
export interface TaskOrder {
  readonly kind: 'module' | 'source'
  /** The module's URL, or the function's source. */
  readonly code: string
  /** What of the module is run, or how the function is called in stacks. */
  readonly name: string
  readonly args: readonly unknown[]
}

/** What went wrong: it threw, its module cannot be imported or lacks it, it uses what is not there, or gives what cannot be sent. */
export type Fault = 'threw' | 'module' | 'export' | 'closure' | 'result'

/** What came of it. */
export type Reply =
  | { readonly value: unknown; readonly runMs: number }
  | {
      readonly fault: Fault
      readonly thrown: Thrown
      readonly runMs: number
      /** Which module could not be imported before the first task. */
      readonly module?: string | undefined
    }

/** An error on its way between threads, which lose all but its message and stack otherwise; or something else. */
export type Thrown =
  | { readonly value: unknown }
  | {
      readonly name: string
      readonly message: string
      readonly stack: string | undefined
      readonly cause: Thrown | undefined
      /** What else it carries: `code`, `errno` … */
      readonly own: { readonly [key: string]: unknown }
    }
