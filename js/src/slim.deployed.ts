// The package without its WebAssembly, in hosts that compile none at run time: takes modules that were imported.

import { clientOver, type ClientOptions } from './client.js'
import { deployed } from './engine/deployed.js'
import { glue } from './engine/glue.js'
import { Modules, type WasmSources } from './engine/module.js'
import type { LightClient } from './light-client.js'
import { misuse } from './errors.js'

export * from './exports.js'

let modules: Modules | undefined

/** Says what the modules are. */
export function initWasm(sources: WasmSources): void {
  modules = new Modules(sources, deployed, glue)
}

/** Makes a light client, once `initWasm` was called. */
export async function createLightClient(options: ClientOptions): Promise<LightClient> {
  return clientOver(known, options)
}

function known(): Modules {
  if (!modules) throw misuse('initWasm was not called: say first what the modules are')
  return modules
}
