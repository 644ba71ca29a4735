// Modules for hosts that compile no WebAssembly from bytes: what is deployed with the code was compiled before.
//
// The small module comes with the package. The full one comes as bytes to be compiled only, or it would lie in the package
// twice; so it is missing here, and who asks for what it answers is told where to get it.

import { misuse } from '../errors.js'
import { Modules } from './module.js'

/** One pair for all clients. */
export function deployedModules(page: WebAssembly.Module): () => Modules {
  const modules = new Modules({ page, full })
  return () => modules
}

function full(): never {
  throw misuse(
    'withdrawals, deposits and bundles need the full module, and this host compiles none at run time: deploy it with your code, as docs/runtimes.md says',
  )
}
