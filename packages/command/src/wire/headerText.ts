/** A text as 2026-07-28 writes it in an HTTP header: as it is when that is safe, else as Base64 that says so. */
export const headerText = (text: string): string =>
  /^(?!\s)[\t\x20-\x7e]+(?<!\s)$/.test(text) && !/^=\?base64\?.*\?=$/.test(text)
    ? text
    : `=?base64?${Buffer.from(text).toString('base64')}?=`
