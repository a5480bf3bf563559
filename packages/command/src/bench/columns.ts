/** Rows as aligned text: the first column to the left, the others to the right. */
export const columns = (rows: ReadonlyArray<readonly string[]>): string[] => {
  const widths = rows.reduce<number[]>((widest, row) => {
    for (const [index, cell] of row.entries()) widest[index] = Math.max(widest[index] ?? 0, cell.length)
    return widest
  }, [])
  return rows.map((row) =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[index]!)))
      .join('  ')
      .trimEnd(),
  )
}
