/** Lines up rows of cells in columns; the columns of numbers are lined up on the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, String(cell).length)
    }
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => (typeof cell === 'number' ? padStart : padEnd)(String(cell), widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function padStart(text: string, width: number): string {
  return text.padStart(width)
}

function padEnd(text: string, width: number): string {
  return text.padEnd(width)
}
