import { readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './paths.mjs'

/** What `wasm-pack build --target web` made. */
export const packageDirectory = path.resolve(root, process.env.METIS_LIGHT_PKG ?? 'pkg')

/** The exports of the npm package, ready to be called. */
export async function loadPackage(directory = packageDirectory) {
  const glue = await import(pathToFileURL(path.join(directory, 'metis_light.js')))
  glue.initSync({ module: readFileSync(path.join(directory, 'metis_light_bg.wasm')) })
  return glue
}
