// The package in Node, where its files lie beside each other: the small module is read from where it is, which is sooner there
// than to unpack the one inside.
//
// A bundler may have moved this code away from it, and something else of that name may lie there then. So what is read must
// have the length of what was built, or the one inside is taken.

import { readFile } from 'node:fs/promises'
import { clientOver, type ClientOptions } from './client.js'
import { glue } from './engine/glue.js'
import { inlineModules } from './engine/inline.js'
import type { LightClient } from './light-client.js'
import hashes from './wasm/hashes.js'

export * from './exports.js'

/** Makes a light client, as `createLightClient` of the other hosts does. */
export function createLightClient(options: ClientOptions): Promise<LightClient> {
  return clientOver(modules, options)
}

const modules = () => inlineModules({ page: beside, glue })

/** The small module as it lies beside this file; none where it does not. */
async function beside(): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const bytes = await readFile(new URL('./core.wasm', import.meta.url))
    return bytes.length === hashes.pageBytes ? bytes : undefined
  } catch {
    return undefined
  }
}
