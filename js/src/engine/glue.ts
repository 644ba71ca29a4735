// The glue of modules that lie elsewhere.

import type { Glue, WasmSources } from './module.js'

/** Loads it when it is wanted. */
export function glue(which: keyof WasmSources): Promise<Glue> {
  return which === 'page' ? import('../wasm/page.js') : import('../wasm/full.js')
}
