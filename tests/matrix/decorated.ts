import { cached, wrap } from 'millrace'

/** A tool as a method, cached by decorator. Node cannot run this; the matrix compiles it first. */
export class Cities {
  calls = 0
  readonly prefix = 'city '

  // Standard decorators; a class that needs `experimentalDecorators` writes `wrap(…)(handler)` instead.
  @wrap({ name: 'search' }, cached({ ttlMs: 60_000 }))
  async search({ city }: { city: string }, _context: unknown) {
    this.calls += 1
    return { content: [{ type: 'text' as const, text: this.prefix + city }] }
  }
}
