// Modules that come with the package: compressed, then base64, each in a chunk of its own that is imported when wanted.

import { compile } from './compile.js'
import { Modules } from './module.js'

/** Unpacks what the build has packed. */
async function unpack(packed: string): Promise<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).arrayBuffer()
}

async function page(): Promise<ArrayBuffer> {
  return unpack((await import('../wasm/page.inline.js')).default)
}

/** The bytes of the full module. */
export async function full(): Promise<ArrayBuffer> {
  return unpack((await import('../wasm/full.inline.js')).default)
}

let modules: Modules | undefined

/** One pair for all clients. */
export function inlineModules(): Modules {
  modules ??= new Modules({ page, full }, compile)
  return modules
}
