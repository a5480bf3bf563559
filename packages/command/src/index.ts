export { command } from './command.ts'
export type { Output, Terminal } from './terminal.ts'
