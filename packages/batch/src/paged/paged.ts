import { kindOf } from '@millrace/core'
import type { Caller } from '../caller.ts'
import { settingsOf } from './options.ts'
import type { PagedOptions } from './options.ts'
import { readPage } from './page.ts'
import type { Page } from './page.ts'

/** A large result, a page at a time. */
export interface Paged {
  /** The URI of the first page, for a resource of its own. */
  readonly uri: string
  /** The URI template of the other pages, for `new ResourceTemplate(template, { list: undefined })`. */
  readonly template: string
  /**
   * Reads one page.
   *
   * @param after a cursor; undefined for the first page
   * @param caller the call, or the `extra` or `ctx` of the handler: whose leaving ends it, and who hears of the progress
   */
  read(after?: string, caller?: Caller): Promise<Page>
  /** The handler of both resources, bound: the first page and the others. */
  readonly resource: (uri: URL, ...rest: readonly object[]) => Promise<PagedResource>
  /** The handler of a tool, bound: the first page, or that after its argument `after`. */
  readonly tool: (args: { readonly after?: string | undefined }, context: Caller) => Promise<PagedResult>
}

/** What a resource answers. `_meta['millrace/next']` is the URI of the next page, when there is one. */
export interface PagedResource {
  [key: string]: unknown
  contents: Array<{ uri: string; mimeType: string; text: string }>
  _meta: PagedMeta
}

/** What a tool answers: the rows, and while there are more how to get them, for the model and as a link. */
export interface PagedResult {
  [key: string]: unknown
  content: Array<
    { type: 'text'; text: string } | { type: 'resource_link'; uri: string; name: string; mimeType: string }
  >
  _meta: PagedMeta
}

interface PagedMeta {
  [key: string]: unknown
  'millrace/rows': number
  'millrace/next'?: string
}

/**
 * Gives a result that is larger than memory, or than what anybody wants at once, in pages of so many bytes. A page begins
 * after the last row of the one before, so nothing is kept between two of them: any process may serve the next.
 *
 * @throws TypeError when an option makes no sense
 */
export const paged = <Row>(options: PagedOptions<Row>): Paged => {
  const settings = settingsOf(options)
  const { uri, mimeType } = settings
  const read = (after?: string, caller?: Caller): Promise<Page> => readPage(settings, after, caller)
  const uriAfter = (cursor: string): string => `${uri}?after=${encodeURIComponent(cursor)}`
  const metaOf = ({ rows, next }: Page): PagedMeta => ({
    'millrace/rows': rows,
    ...(next === undefined ? {} : { 'millrace/next': uriAfter(next) }),
  })
  return {
    uri,
    template: `${uri}{?after}`,
    read,
    resource: async (asked, ...rest) => {
      const page = await read(asked.searchParams.get('after') ?? undefined, rest.at(-1))
      return { contents: [{ uri: asked.href, mimeType, text: page.text }], _meta: metaOf(page) }
    },
    tool: async (args, context) => {
      const after: unknown = args.after
      if (after !== undefined && typeof after !== 'string')
        throw new TypeError(`after must be the cursor of a page, a string, got ${kindOf(after)}`)
      const page = await read(after, context)
      const content: PagedResult['content'] = [{ type: 'text', text: page.text }]
      if (page.next !== undefined) {
        const more = JSON.stringify({ after: page.next })
        content.push(
          { type: 'text', text: `There are more rows after these ${page.rows}: call again with ${more}.` },
          { type: 'resource_link', uri: uriAfter(page.next), name: 'The next page', mimeType },
        )
      }
      return { content, _meta: metaOf(page) }
    },
  }
}
