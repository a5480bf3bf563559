export { spans } from './spans/spans.ts'
export type { Spans, SpansOptions } from './spans/spans.ts'
