// The package without its WebAssembly, which is streamed from where you have put it: for pages that count bytes.

import { clientOver, type ClientOptions } from './client.js'
import { compile } from './engine/compile.js'
import { glue } from './engine/glue.js'
import { Modules, type WasmSources } from './engine/module.js'
import type { LightClient } from './light-client.js'
import { misuse } from './errors.js'

export * from './exports.js'

let modules: Modules | undefined

/**
 * Says where the modules are: `metis-light/core.wasm`, and what `fullBytes()` of `metis-light/full` gives, which is fetched when
 * withdrawals, deposits or bundles are first asked for.
 *
 * @example
 * initWasm({ page: '/assets/core.wasm', full: '/assets/full.wasm' })
 */
export function initWasm(sources: WasmSources): void {
  modules = new Modules(sources, compile, glue)
}

/**
 * Makes a light client, once `initWasm` was called.
 *
 * @throws {MisuseError} `initWasm` was not called, or an option is wrong
 * @example
 * const client = await createLightClient({ network: 'andromeda', checkpoint, l1, l2 })
 */
export async function createLightClient(options: ClientOptions): Promise<LightClient> {
  return clientOver(known, options)
}

function known(): Modules {
  if (!modules) throw misuse('initWasm was not called: say first where the modules are')
  return modules
}
