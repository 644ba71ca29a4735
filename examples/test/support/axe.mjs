// What axe-core minds of a page, in a line each.

import { createRequire } from 'node:module'

const source = createRequire(import.meta.url).resolve('axe-core')

/** The violations of every weight. */
export async function violations(page) {
  await page.addScriptTag({ path: source })
  const found = await page.evaluate(async () => (await window.axe.run()).violations)
  return found.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}
