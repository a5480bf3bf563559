import type { Issue, OutputOf, Schema } from './standardSchema.ts'

/** Something wrong with one item. */
export interface ItemIssue {
  readonly index: number
  /** Where in the item: `address.city`; empty for the item itself. */
  readonly path: string
  readonly message: string
}

/** All items as the schema makes them, or everything that is wrong with them. */
export type Checked<Item> =
  | { readonly items: readonly Item[]; readonly issues?: undefined }
  | { readonly issues: readonly ItemIssue[] }

/** Validates every item before anything is done with one. */
export const validated = async <One extends Schema>(
  schema: One,
  given: readonly unknown[],
): Promise<Checked<OutputOf<One>>> => {
  const { validate } = schema['~standard']
  const results = await Promise.all(given.map(async (item) => validate(item)))
  const items: Array<OutputOf<One>> = []
  const issues: ItemIssue[] = []
  for (const [index, result] of results.entries()) {
    if (result.issues === undefined) items.push(result.value)
    else for (const issue of result.issues) issues.push({ index, path: pathOf(issue), message: issue.message })
  }
  return issues.length === 0 ? { items } : { issues }
}

const pathOf = ({ path = [] }: Issue): string =>
  path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
