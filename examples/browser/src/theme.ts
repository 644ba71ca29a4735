// Light and dark: as the system has it, until the visitor says otherwise.

import { byId } from './dom.ts'

/** Listens for the button. */
export function listenForTheme(): void {
  const button = byId<HTMLButtonElement>('theme')
  const prefersDark = matchMedia('(prefers-color-scheme: dark)')
  let isDark = prefersDark.matches
  const show = (): void => {
    button.textContent = isDark ? 'Light' : 'Dark'
    button.setAttribute('aria-label', `Switch to ${isDark ? 'light' : 'dark'} colours`)
  }
  button.addEventListener('click', () => {
    isDark = !isDark
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
    show()
  })
  prefersDark.addEventListener('change', ({ matches }) => {
    if (document.documentElement.dataset.theme) return
    isDark = matches
    show()
  })
  show()
}
