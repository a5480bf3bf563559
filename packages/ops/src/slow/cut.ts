import type { CpuNode, CpuProfile } from '../profile/cpuProfile.ts'

/**
 * What a profile saw within a part of its time, in microseconds of its own clock. Of more than `maxSamples` as many are
 * kept, each for the time of those it stands for.
 */
export const cut = (profile: CpuProfile, from: number, to: number, maxSamples: number): CpuProfile => {
  const { nodes, startTime, endTime, samples = [], timeDeltas = [] } = profile
  const seen: Sample[] = []
  let at = startTime
  for (const [index, node] of samples.entries()) {
    const before = at
    at += timeDeltas[index] ?? 0
    if (at > from && before < to) seen.push({ node, us: Math.min(at, to) - Math.max(before, from) })
  }
  const kept = thinned(seen, maxSamples)
  const hits = new Map<number, number>()
  for (const { node } of kept) hits.set(node, (hits.get(node) ?? 0) + 1)
  return {
    nodes: reached(nodes, hits),
    startTime: Math.max(startTime, from),
    endTime: Math.max(Math.max(startTime, from), Math.min(endTime, to)),
    samples: kept.map(({ node }) => node),
    timeDeltas: kept.map(({ us }) => us),
  }
}

/** Two that follow each other as one. */
export const joined = (first: CpuProfile, second: CpuProfile): CpuProfile => {
  const [root] = first.nodes
  const [other] = second.nodes
  if (root === undefined || first.samples?.length === 0) return second
  if (other === undefined || second.samples?.length === 0) return first
  const last = Math.max(...first.nodes.map(({ id }) => id))
  const moved = (id: number): number => (id === other.id ? root.id : id + last)
  const others = second.nodes.map((node) => ({
    ...node,
    id: moved(node.id),
    children: node.children?.map(moved) ?? [],
  }))
  const children = [...(root.children ?? []), ...others[0]!.children]
  return {
    nodes: [{ ...root, children }, ...first.nodes.slice(1), ...others.slice(1)],
    startTime: first.startTime,
    endTime: second.endTime,
    samples: [...(first.samples ?? []), ...(second.samples ?? []).map(moved)],
    timeDeltas: [...(first.timeDeltas ?? []), ...(second.timeDeltas ?? [])],
  }
}

interface Sample {
  readonly node: number
  readonly us: number
}

const thinned = (samples: readonly Sample[], max: number): readonly Sample[] => {
  const each = Math.ceil(samples.length / max)
  if (each <= 1) return samples
  return samples.flatMap(({ node }, index) => {
    if (index % each !== 0) return []
    return [{ node, us: samples.slice(index, index + each).reduce((sum, { us }) => sum + us, 0) }]
  })
}

/** The nodes that were seen, and those that called them. The root is the first one. */
const reached = (nodes: readonly CpuNode[], hits: ReadonlyMap<number, number>): CpuNode[] => {
  const callers = new Map<number, number>()
  for (const { id, children = [] } of nodes) for (const child of children) callers.set(child, id)
  const wanted = new Set<number>(nodes.slice(0, 1).map(({ id }) => id))
  for (const id of hits.keys()) {
    for (let one: number | undefined = id; one !== undefined && !wanted.has(one); one = callers.get(one))
      wanted.add(one)
  }
  return nodes
    .filter(({ id }) => wanted.has(id))
    .map(({ id, callFrame, children = [] }) => ({
      id,
      callFrame,
      hitCount: hits.get(id) ?? 0,
      children: children.filter((child) => wanted.has(child)),
    }))
}
