import { readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { vectorFiles } from './paths.mjs'
import { runSuites } from './runner.mjs'

/** Runs the suites of the module that `wasm-bindgen --target web` put into `directory`. */
export async function runInNode(directory, report) {
  const module = await WebAssembly.compile(readFileSync(path.join(directory, 'wasm_suites_bg.wasm')))
  const glue = pathToFileURL(path.join(directory, 'wasm_suites.js'))
  let count = 0
  return runSuites({
    // The glue keeps one instance per copy of itself, and a new query makes a new copy.
    instantiate: async () => {
      const copy = await import(`${glue}?${count++}`)
      copy.initSync({ module })
      return copy
    },
    files: async (roots) => vectorFiles(roots),
    report,
  })
}
