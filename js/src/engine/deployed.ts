// Modules for hosts that compile no WebAssembly at run time: what is deployed with the code was compiled before.
//
// The small module comes with the package. The full one comes only packed, or it would lie in the package twice; so it is
// missing here, and who asks for what it answers is told where to get it.

import { misuse } from '../errors.js'
import { glue } from './glue.js'
import { isModule, Modules, type WasmSource } from './module.js'

/** Takes what is a module already. */
export async function deployed(source: WasmSource): Promise<WebAssembly.Module> {
  if (isModule(source)) return source as WebAssembly.Module
  throw misuse('this host compiles no WebAssembly at run time: import the module, as docs/runtimes.md says')
}

/** One pair for all clients. */
export function deployedModules(page: WebAssembly.Module): () => Modules {
  const modules = new Modules({ page, full }, deployed, glue)
  return () => modules
}

function full(): never {
  throw misuse('withdrawals, deposits and bundles need the full module, which this host must be given: docs/runtimes.md says how')
}
