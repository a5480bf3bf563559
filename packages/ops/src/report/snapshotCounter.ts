/** How many objects of a class there are, and how many bytes they take themselves. */
export interface ClassCount {
  readonly objects: number
  readonly bytes: number
}

/**
 * Reads a heap snapshot as V8 writes it, in pieces of any size: what it is made of, nodes, edges, names. Names come last, so
 * nodes are counted by where their name will stand.
 */
export class SnapshotCounter {
  readonly #counts = new Map<string, { objects: number; bytes: number }>()
  readonly #strings: string[] = []
  /** What has come and cannot be read yet. */
  #rest = ''
  #part: 'head' | 'nodes' | 'edges' | 'strings' = 'head'
  #meta: Meta = { node_fields: [], node_types: [[]] }
  /** The numbers of the node that is being read. */
  #node: number[] = []
  #number: number | undefined

  write(chunk: string): void {
    const text = this.#rest + chunk
    this.#rest = ''
    if (this.#part === 'head') this.#head(text)
    else if (this.#part === 'nodes') this.#nodes(text)
    else if (this.#part === 'edges') this.#edges(text)
    else this.#names(text)
  }

  /** By class; what is no object of a class goes by its kind, such as `(string)`. */
  counts(): ReadonlyMap<string, ClassCount> {
    const named = new Map<string, ClassCount>()
    for (const [key, { objects, bytes }] of this.#counts) {
      const name = key.startsWith('(') ? key : (this.#strings[Number(key)] ?? '(unknown)')
      const known = named.get(name) ?? { objects: 0, bytes: 0 }
      named.set(name, { objects: known.objects + objects, bytes: known.bytes + bytes })
    }
    return named
  }

  #head(text: string): void {
    const end = text.indexOf(nodesBegin)
    if (end < 0) return void (this.#rest = text)
    const head = text.slice(0, end).trimEnd().replace(/,$/, '')
    this.#meta = (JSON.parse(`${head}}`) as { readonly snapshot: { readonly meta: Meta } }).snapshot.meta
    this.#part = 'nodes'
    this.#nodes(text.slice(end + nodesBegin.length))
  }

  #nodes(text: string): void {
    for (let at = 0; at < text.length; at += 1) {
      const digit = text.charCodeAt(at) - zero
      if (digit >= 0 && digit <= 9) {
        this.#number = (this.#number ?? 0) * 10 + digit
        continue
      }
      if (this.#number !== undefined) this.#field(this.#number)
      this.#number = undefined
      if (text[at] !== ']') continue
      this.#part = 'edges'
      return this.#edges(text.slice(at))
    }
  }

  #field(value: number): void {
    const { node_fields: fields, node_types: types } = this.#meta
    this.#node.push(value)
    if (this.#node.length < fields.length) return
    const of = (name: string): number => this.#node[fields.indexOf(name)]!
    const type = types[0][of('type')]!
    const key = type === 'object' || type === 'native' ? String(of('name')) : `(${type})`
    const count = this.#counts.get(key) ?? { objects: 0, bytes: 0 }
    count.objects += 1
    count.bytes += of('self_size')
    this.#counts.set(key, count)
    this.#node = []
  }

  /** Four fifths of it, of which nothing is wanted. */
  #edges(text: string): void {
    const end = text.indexOf(stringsBegin)
    if (end < 0) return void (this.#rest = text.slice(-stringsBegin.length))
    this.#part = 'strings'
    this.#names(text.slice(end + stringsBegin.length))
  }

  #names(text: string): void {
    let end = 0
    for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"/g)) {
      this.#strings.push(JSON.parse(match[0]) as string)
      end = match.index + match[0].length
    }
    this.#rest = text.slice(end)
  }
}

interface Meta {
  readonly node_fields: readonly string[]
  readonly node_types: readonly [readonly string[]]
}

const nodesBegin = '"nodes":['
const stringsBegin = '"strings":['
const zero = 48
