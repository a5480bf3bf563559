/** What the reader has chosen, kept by the browser. One that keeps nothing for pages throws, and forgets it. */

/** @param {string} name @returns {string | null} */
export const chosen = (name) => {
  try {
    return localStorage.getItem(`millrace.${name}`)
  } catch {
    return null
  }
}

/** @param {string} name @param {string} value */
export const choose = (name, value) => {
  try {
    localStorage.setItem(`millrace.${name}`, value)
  } catch {}
}
