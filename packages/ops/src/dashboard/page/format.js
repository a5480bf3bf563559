/** Numbers as people read them. What is not known is a dash. */

const none = '–'

/** @param {number | undefined | null} value */
export const count = (value) => {
  if (value === undefined || value === null) return none
  if (value >= 1e9) return `${digits(value / 1e9)} G`
  if (value >= 1e6) return `${digits(value / 1e6)} M`
  if (value >= 1e4) return `${digits(value / 1e3)} k`
  return value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : digits(value)
}

/** Calls a second. @param {number | undefined | null} value */
export const rate = (value) =>
  value === undefined || value === null
    ? none
    : value === 0
      ? '0'
      : value < 0.01
        ? '<0.01'
        : count(Number(value.toPrecision(3)))

/** @param {number | undefined | null} value in milliseconds */
export const ms = (value) => {
  if (value === undefined || value === null) return none
  if (value >= 60_000) return `${digits(value / 60_000)} min`
  if (value >= 1_000) return `${digits(value / 1_000)} s`
  return value > 0 && value < 0.1 ? '<0.1 ms' : `${digits(value)} ms`
}

/** A time that is made of seconds. @param {number | undefined | null} value */
export const seconds = (value) => {
  if (value === undefined || value === null) return none
  if (value < 60) return value < 1 ? ms(value * 1000) : `${digits(value)} s`
  if (value < 3600) return `${digits(value / 60)} min`
  return value < 86_400 ? `${digits(value / 3600)} h` : `${digits(value / 86_400)} d`
}

/** @param {number | undefined | null} value a part of 1 */
export const percent = (value) => {
  if (value === undefined || value === null) return none
  const shown = value * 100
  // What is nearly everything must not look like everything.
  if (shown > 99.9 && shown < 100) return `${(Math.floor(shown * 100) / 100).toFixed(2)} %`
  return `${shown === 0 || shown >= 99.95 || Number.isInteger(shown) ? Math.round(shown) : digits(shown)} %`
}

/** @param {number | undefined | null} value */
export const bytes = (value) => {
  if (value === undefined || value === null) return none
  if (value >= 2 ** 30) return `${digits(value / 2 ** 30)} GiB`
  if (value >= 2 ** 20) return `${digits(value / 2 ** 20)} MiB`
  return value >= 1024 ? `${digits(value / 1024)} KiB` : `${Math.round(value)} B`
}

/** How long ago something was. @param {number} thenMs @param {number} nowMs */
export const ago = (thenMs, nowMs) => {
  const passed = Math.max(0, Math.round((nowMs - thenMs) / 1000))
  return passed < 60 ? `${passed} s` : passed < 3600 ? `${Math.round(passed / 60)} min` : seconds(passed)
}

/** Time of day. @param {number} at */
export const clock = (at) => new Date(at).toLocaleTimeString([], { hour12: false })

/** The name of an operation without what most of them begin with. @param {string} operation */
export const shortName = (operation) => (operation.startsWith('tools/call ') ? operation.slice(11) : operation)

/** Three digits. @param {number} value */
const digits = (value) =>
  value >= 100 ? String(Math.round(value)) : value >= 10 ? trim(value.toFixed(1)) : trim(value.toFixed(2))

/** @param {string} text */
const trim = (text) => text.replace(/\.?0+$/, '')
