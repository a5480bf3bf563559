/** Text as it stands in HTML and in SVG, also between quotes. */
export const escape = (text: unknown): string =>
  String(text).replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
