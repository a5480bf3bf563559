import type { Row } from './row.ts'

/** The rows as lines of text, in columns, with a blank line between groups. */
export const table = (rows: readonly Row[]): string =>
  aligned([heading, ...rows.map(cellsOf)], alignedRight)
    .flatMap((line, index) => {
      const isNewGroup = index > 1 && rows[index - 1]?.group !== rows[index - 2]?.group
      return isNewGroup ? ['', line] : [line]
    })
    .join('\n')

/** Cells as lines of text in columns, some of them with their cells to the right. */
export const aligned = (
  lines: ReadonlyArray<readonly string[]>,
  right: { readonly has: (column: number) => boolean },
): readonly string[] => {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((cells) => [...(cells[column] ?? '')].length)),
  )
  return lines.map((cells) =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0, right.has(column)))
      .join('  ')
      .trimEnd(),
  )
}

/** A number in three digits, or in all that stand before the point. */
export const short = (value: number): string => {
  const size = Math.abs(value)
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
  return value.toFixed(decimals)
}

const heading = ['group', 'name', 'median', '±', 'unit', 'x base', 'bar', 'ok', 'note']
/** Columns of numbers. */
const alignedRight = new Set([2, 3, 5, 6])

const cellsOf = ({
  group,
  name,
  median,
  noise,
  unit,
  ratioToBase,
  bar,
  isMoreBetter = unit === 'x',
  ok,
  note = '',
}: Row): string[] => [
  group,
  name,
  median === null ? '-' : short(median),
  noise === undefined ? '' : noise < 0.001 ? '<0.001' : short(noise),
  unit,
  ratioToBase === null ? '' : short(ratioToBase),
  bar === undefined ? '' : `${isMoreBetter ? '≥' : '≤'} ${bar}`,
  bar === undefined ? '' : ok === undefined ? '?' : ok ? 'yes' : 'NO',
  note,
]

const pad = (cell: string, width: number, isRight: boolean): string => {
  const space = ' '.repeat(width - [...cell].length)
  return isRight ? space + cell : cell + space
}
