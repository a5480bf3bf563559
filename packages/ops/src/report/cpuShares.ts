import type { CpuNode, CpuProfile } from '../profile/cpuProfile.ts'

/** Whose code it is. */
export type CpuOwner = 'own' | 'sdk' | 'millrace' | 'drivers' | 'libraries' | 'node' | 'gc' | 'idle'

/** What the main thread computed. */
export interface CpuShares {
  /** Which part of the time, from 0 to 1. */
  readonly shares: { readonly [Owner in CpuOwner]: number }
  /** The functions of the server's own that took most, callees not included. */
  readonly functions: readonly CpuFunction[]
  /** Those of anybody that took most, and the garbage collector. */
  readonly busiest: readonly CpuFunction[]
}

/** A function that computed. */
export interface CpuFunction {
  readonly name: string
  /** Its file and line; empty where it has none. */
  readonly at: string
  readonly owner: CpuOwner
  /** Which part of the time, from 0 to 1. */
  readonly share: number
}

/** Says whose code took how much of the time of a profile. */
export const cpuShares = ({ nodes, samples = [], timeDeltas = [] }: CpuProfile): CpuShares => {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const shares = { own: 0, sdk: 0, millrace: 0, drivers: 0, libraries: 0, node: 0, gc: 0, idle: 0 }
  const functions = new Map<string, CpuFunction & { share: number }>()
  const all = timeDeltas.reduce((sum, us) => sum + us, 0) || 1
  for (const [index, id] of samples.entries()) {
    const node = byId.get(id)
    if (node === undefined) continue
    const share = timeDeltas[index]! / all
    const owner = ownerOf(node)
    shares[owner] += share
    // What runs outside of JavaScript has no name that would help.
    if (owner === 'idle' || /^\((program|root)\)$/.test(node.callFrame.functionName)) continue
    const { functionName, url, lineNumber } = node.callFrame
    const at = url === '' ? '' : `${url}:${lineNumber + 1}`
    const key = `${functionName} ${at}`
    const known = functions.get(key) ?? { name: functionName || '(anonymous)', at, owner, share: 0 }
    known.share += share
    functions.set(key, known)
  }
  const busiest = [...functions.values()].toSorted((a, b) => b.share - a.share)
  return {
    shares,
    functions: busiest.filter(({ owner }) => owner === 'own').slice(0, shownFunctions),
    busiest: busiest.slice(0, shownFunctions),
  }
}

const ownerOf = ({ callFrame: { functionName, url } }: CpuNode): CpuOwner => {
  if (functionName === '(idle)') return 'idle'
  if (functionName === '(garbage collector)') return 'gc'
  if (url === '' || url.startsWith('node:')) return 'node'
  const inside = url.slice(url.lastIndexOf('/node_modules/') + 1)
  if (inside.startsWith('node_modules/@modelcontextprotocol/')) return 'sdk'
  if (/^node_modules\/(@millrace\/|millrace\/)/.test(inside) || isSource(url)) return 'millrace'
  if (/^node_modules\/(pg|pg-[a-z]+|undici|ioredis|redis-parser)\//.test(inside)) return 'drivers'
  return inside.startsWith('node_modules/') ? 'libraries' : 'own'
}

// Where Millrace runs from its sources, those are its own, but for what tests plant there.
const [, home] = /^(.*\/packages\/)ops\/src\//.exec(import.meta.url) ?? []
const isSource = (url: string): boolean => home !== undefined && url.startsWith(home) && !url.includes('/fixtures/')

const shownFunctions = 10
