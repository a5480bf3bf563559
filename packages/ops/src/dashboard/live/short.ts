/** JSON whose numbers have as many digits as a page can show. */
export const short = (value: unknown): string =>
  JSON.stringify(value, (_name, one: unknown) => {
    if (typeof one !== 'number' || Number.isInteger(one)) return one
    return Math.abs(one) >= 1e5 ? Math.round(one) : Number(one.toPrecision(4))
  })
