/** Elements, made and kept up to date. Text is only ever set as text: names of tools are whatever somebody called them. */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, string>>} [attributes]
 * @param {ReadonlyArray<Node | string>} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const el = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, string | number>>} [attributes]
 * @param {ReadonlyArray<Node | string>} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export const svg = (tag, attributes = {}, ...children) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value))
  made.append(...children)
  return made
}

/** @param {string} id @returns {HTMLElement} */
export const byId = (id) => {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`The page has no ${id}`)
  return found
}

/** Writes a text where it differs. @param {Element} element @param {string} text */
export const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text
}

/** Sets an attribute where it differs. @param {Element} element @param {string} name @param {string | undefined} value */
export const mark = (element, name, value) => {
  if (value === undefined) element.removeAttribute(name)
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}

/**
 * Keeps one child for each item, in the order of the items; one that is still there stays the same, with its focus.
 *
 * @template Item
 * @template {HTMLElement} Child
 * @param {HTMLElement} parent
 * @param {ReadonlyArray<Item>} items
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item) => Child} make
 * @param {(child: Child, item: Item) => void} update
 */
export const keyed = (parent, items, keyOf, make, update) => {
  const known = new Map(Array.from(parent.children, (child) => [keyOfChild.get(child), /** @type {Child} */ (child)]))
  let at = parent.firstElementChild
  for (const item of items) {
    const key = keyOf(item)
    const child = known.get(key) ?? make(item)
    known.delete(key)
    keyOfChild.set(child, key)
    update(child, item)
    if (child === at) at = at.nextElementSibling
    else parent.insertBefore(child, at)
  }
  for (const child of known.values()) child.remove()
}

/** @type {WeakMap<Element, string>} */
const keyOfChild = new WeakMap()
