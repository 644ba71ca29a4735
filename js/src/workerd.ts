// The package in Cloudflare's workerd, which compiles no WebAssembly from bytes: wrangler deploys the module beside the code.

import core from './core.wasm'
import { clientOver, type ClientOptions } from './client.js'
import { deployedModules } from './engine/deployed.js'
import type { LightClient } from './light-client.js'

export * from './exports.js'

const modules = deployedModules(core)

/** Makes a light client, as `createLightClient` of the other hosts does; it answers heads, balances, storage and code. */
export function createLightClient(options: ClientOptions): Promise<LightClient> {
  return clientOver(modules, options)
}
