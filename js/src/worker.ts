// For a worker of your own: `import { serve } from 'metis-light/worker'; serve()`.

import { compile } from './engine/compile.js'
import { glue } from './engine/glue.js'
import { inlineModules } from './engine/inline.js'
import { Modules, type WasmSources } from './engine/module.js'
import type { Port } from './engine/remote.js'
import { serveOver } from './engine/serve.js'

/** How a worker serves. */
export interface Serve {
  /** Where the pages are; the worker's own scope by default. */
  readonly port?: Port
  /** Where the modules are, in place of those in the package. */
  readonly wasm?: WasmSources
}

/**
 * Runs the engines of the pages that name this worker in the option `worker`, so that no reply holds up a page.
 *
 * @example
 * // worker.js
 * import { serve } from 'metis-light/worker'
 * serve()
 * // the page
 * const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
 * const client = await createLightClient({ ...options, worker })
 */
export function serve({ port = globalThis as unknown as Port, wasm }: Serve = {}): void {
  const own = wasm && new Modules(wasm, compile, glue)
  serveOver(() => own ?? inlineModules(), port)
}
