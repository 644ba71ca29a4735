// What is compared: each package as a minimal page or program has it, up to where it could be asked something.
//
// None of them asks anybody on the way there. What "ready" means differs: ours and Helios have a client with its network and
// checkpoint, Colibri has its module, which keeps no client within.

/** A module for each, with `ready(given)`. Node and pages differ in where a module's bytes are. */
export const contenders = {
  'metis-light': both(`
    import { createLightClient } from 'metis-light'
    export const ready = ({ now, ...options }) => createLightClient({ ...options, clock: () => now })
  `),
  'metis-light/slim': {
    node: slim(
      `import { readFile } from 'node:fs/promises'
      const page = () => readFile(new URL(import.meta.resolve('metis-light/core.wasm')))`,
    ),
    page: slim(`import page from 'metis-light/core.wasm?url'`),
  },
  Colibri: both(`
    import Colibri from '@corpus-core/colibri-stateless'
    export async function ready() {
      const client = new Colibri()
      await client.getMethodSupport('eth_getBalance')
      return client
    }
  `),
  Helios: both(`
    import { createHeliosProvider } from '@a16z/helios'
    const nobody = 'http://127.0.0.1:1'
    export const ready = ({ checkpoint }) =>
      createHeliosProvider({ executionRpc: nobody, consensusRpc: nobody, network: 'mainnet', checkpoint }, 'ethereum')
  `),
}

/** The folder that each is installed in, below node_modules. */
export const folders = {
  'metis-light': 'metis-light',
  Colibri: '@corpus-core/colibri-stateless',
  Helios: '@a16z/helios',
}

function both(text) {
  return { node: text, page: text }
}

function slim(page) {
  return `
    import { createLightClient, initWasm } from 'metis-light/slim'
    ${page}
    initWasm({ page, full: () => Promise.reject(new Error('nothing here asks for it')) })
    export const ready = ({ now, ...options }) => createLightClient({ ...options, clock: () => now })
  `
}
