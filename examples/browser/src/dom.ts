// Elements, made and filled. Text is set as text: nothing that a source says becomes markup.

export type Child = Node | string | undefined | false

type Attributes = Readonly<Record<string, string | boolean | undefined | EventListener>>

/** An element of HTML. A function among the attributes listens to the event of its name. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children)
}

/** An element of SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value)
    else if (typeof value === 'string') element.setAttribute(name, value)
    else if (value) element.setAttribute(name, '')
  }
  element.append(...shown(children))
  return element
}

/** Puts other children in the place of those that are there. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...shown(children))
}

function shown(children: readonly Child[]): (Node | string)[] {
  return children.filter((child) => child !== undefined && child !== false)
}

/** The element of the page with that id. */
export function byId<E extends Element = HTMLElement>(id: string): E {
  const found = document.querySelector<E>(`#${id}`)
  if (!found) throw new Error(`the page has no #${id}`)
  return found
}

/** A button that copies a text, and says that it did. */
export function copyButton(text: () => string, label = 'Copy'): HTMLButtonElement {
  const button: HTMLButtonElement = h('button', { type: 'button', class: 'quiet', click: () => void copy() }, label)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text())
    button.textContent = 'Copied'
    setTimeout(() => (button.textContent = label), 1500)
  }
  return button
}

/** Gives the visitor a file. */
export function download(name: string, text: string): void {
  const link = h('a', { href: URL.createObjectURL(new Blob([text], { type: 'application/json' })), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
