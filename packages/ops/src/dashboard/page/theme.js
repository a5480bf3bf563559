import { choose, chosen as kept } from './choices.js'
import { byId, mark, write } from './dom.js'

const themes = ['auto', 'dark', 'light']

/** Lets the reader choose between dark, light and what the system says, and remembers it. */
export const theme = () => {
  const button = byId('theme')
  const show = (/** @type {string} */ name) => {
    mark(document.documentElement, 'data-theme', name === 'auto' ? undefined : name)
    write(button, name === 'auto' ? 'Theme' : name === 'dark' ? 'Dark' : 'Light')
  }
  let chosen = remembered()
  show(chosen)
  const next = () => {
    chosen = themes[(themes.indexOf(chosen) + 1) % themes.length] ?? 'auto'
    choose('theme', chosen)
    show(chosen)
  }
  button.addEventListener('click', next)
  return next
}

const remembered = () => {
  const name = kept('theme') ?? 'auto'
  return themes.includes(name) ? name : 'auto'
}
