// The full module out of the package, for `initWasm` of `metis-light/slim`: in a chunk of its own, and not fetched.

import { fullBytes as unpacked, inlineModules } from './engine/inline.js'

/**
 * The module that answers what `core.wasm` does not: withdrawals, deposits, blocks, logs, bundles.
 *
 * @example
 * initWasm({ page: '/assets/core.wasm', full: async () => (await import('metis-light/full')).fullModule() })
 */
export function fullModule(): Promise<WebAssembly.Module> {
  return inlineModules().get('full')
}

/**
 * The same as bytes, to be written to a file when an app is built: for hosts that compile no WebAssembly at run time, and for
 * pages that stream it.
 *
 * @example
 * await writeFile('full.wasm', await fullBytes())
 */
export async function fullBytes(): Promise<Uint8Array> {
  return unpacked()
}
