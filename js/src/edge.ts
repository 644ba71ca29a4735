// The package in edge functions (Vercel, Next), which compile no WebAssembly from bytes: the bundler deploys the module.

import core from './core.wasm?module'
import { clientOver, type ClientOptions } from './client.js'
import { deployedModules } from './engine/deployed.js'
import type { LightClient } from './light-client.js'

export * from './exports.js'

const modules = deployedModules(core)

/** Makes a light client, as `createLightClient` of the other hosts does; it answers heads, balances, storage and code. */
export function createLightClient(options: ClientOptions): Promise<LightClient> {
  return clientOver(modules, options)
}
