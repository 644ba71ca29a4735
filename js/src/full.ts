// The full module out of the package, for `initWasm` of `metis-light/slim`: in a chunk of its own, and not fetched.

import { inlineModules } from './engine/inline.js'

/**
 * The module that answers what `core.wasm` does not: withdrawals, deposits, blocks, logs, bundles.
 *
 * @example
 * initWasm({ page: '/assets/core.wasm', full: async () => (await import('metis-light/full')).fullModule() })
 */
export function fullModule(): Promise<WebAssembly.Module> {
  return inlineModules().get('full')
}
