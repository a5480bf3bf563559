/** A CPU profile as V8 writes it, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: ReadonlyArray<{
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }>
  readonly samples?: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas?: readonly number[]
}

/** Where the time of a process went. */
export interface SelfTime {
  /** How long was looked, milliseconds. */
  readonly totalMs: number
  /** Share of it in which the thread did anything. */
  readonly busyRatio: number
  /** Shares of the busy time, the largest first. */
  readonly packages: readonly Share[]
  readonly functions: readonly Share[]
}

/** What something took of the busy time itself, without what it called. */
export interface Share {
  readonly name: string
  readonly ratio: number
}

/** Adds up the self time of a profile, by package and by function. */
export const selfTimeOf = ({ nodes, samples = [], timeDeltas = [] }: CpuProfile): SelfTime => {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const packages = new Map<string, number>()
  const functions = new Map<string, number>()
  let totalUs = 0
  let busyUs = 0
  for (const [index, id] of samples.entries()) {
    const us = Math.max(0, timeDeltas[index] ?? 0)
    const frame = frames.get(id)
    totalUs += us
    if (frame === undefined || frame.functionName === '(idle)' || frame.functionName === '(root)') continue
    busyUs += us
    add(packages, packageOf(frame.functionName, frame.url), us)
    add(functions, functionOf(frame), us)
  }
  const shares = (times: ReadonlyMap<string, number>): Share[] =>
    [...times].map(([name, us]) => ({ name, ratio: us / busyUs })).toSorted((one, other) => other.ratio - one.ratio)
  return {
    totalMs: totalUs / 1000,
    busyRatio: totalUs === 0 ? 0 : busyUs / totalUs,
    packages: shares(packages),
    functions: shares(functions),
  }
}

const add = (times: Map<string, number>, name: string, us: number): void => {
  times.set(name, (times.get(name) ?? 0) + us)
}

const packageOf = (functionName: string, url: string): string => {
  if (url === '') return functionName === '(garbage collector)' ? 'garbage collection' : 'V8 and what is native'
  if (url.startsWith('node:')) return 'node'
  const installed = url.split(/[/\\]node_modules[/\\]/).at(-1)
  const [, name] = url.includes('node_modules') ? (/^((?:@[^/\\]+[/\\])?[^/\\]+)/.exec(installed ?? '') ?? []) : []
  return name?.replace('\\', '/') ?? "the server's own"
}

const functionOf = ({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string => {
  const name = functionName === '' ? '(anonymous)' : functionName
  if (url === '') return name
  const path = url.startsWith('node:') ? url : url.split(/[/\\]/).slice(-3).join('/')
  return `${name}  ${path}:${lineNumber + 1}`
}
