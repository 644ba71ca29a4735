// Modules that come with the package: compressed, then base64, each with its glue in a chunk of its own that is imported when
// wanted.

import { compile } from './compile.js'
import { Modules, type Glue, type WasmSource, type WasmSources } from './module.js'

/** What the build has packed, unpacked: what a start waits for, so by the host's own means where it has them. */
function unpack(packed: string): Uint8Array<ArrayBuffer> | Response {
  const bytes = decode(packed)
  // Node's streams take longer than all else that a client needs to begin. Asked for where it runs, it is not looked for by
  // bundlers.
  const zlib = globalThis.process?.getBuiltinModule?.('node:zlib')
  return zlib ? zlib.gunzipSync(bytes, { chunkSize: 4 * bytes.length }) : gunzip(bytes)
}

/** Bytes out of base64. */
function decode(text: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }
  if (fromBase64) return fromBase64.call(Uint8Array, text)
  if (globalThis.Buffer) return globalThis.Buffer.from(text, 'base64')
  // By hand: a callback for each byte costs more than the decompression.
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let place = 0; place < bytes.length; place += 1) bytes[place] = binary.charCodeAt(place)
  return bytes
}

/** As if it came from a server, so that the host compiles what it has while it unpacks the rest. */
function gunzip(bytes: Uint8Array<ArrayBuffer>): Response {
  const { readable, writable } = new DecompressionStream('gzip')
  const writer = writable.getWriter()
  // What fails here fails for the reader too.
  const ignore = (): void => undefined
  writer.write(bytes).catch(ignore)
  writer.close().catch(ignore)
  return new Response(readable, { headers: { 'content-type': 'application/wasm' } })
}

/** A module and its glue lie in one chunk, for they are wanted together. */
const chunks = {
  page: () => import('../wasm/page.inline.js'),
  full: () => import('../wasm/full.inline.js'),
}

/** The bytes of the full module. */
export async function fullBytes(): Promise<Uint8Array> {
  const unpacked = unpack((await chunks.full()).default)
  return unpacked instanceof Uint8Array ? unpacked : new Uint8Array(await unpacked.arrayBuffer())
}

let modules: Modules | undefined

/** One pair for all clients. A host that has a quicker way to the small one names it, with its glue. */
export function inlineModules(quicker?: {
  readonly page: () => Promise<WasmSource | undefined>
  readonly glue: (which: keyof WasmSources) => Promise<Glue>
}): Modules {
  const unpacked = async (which: keyof WasmSources): Promise<WasmSource> => unpack((await chunks[which]()).default)
  const page = async (): Promise<WasmSource> => (await quicker?.page()) ?? unpacked('page')
  modules ??= new Modules({ page, full: () => unpacked('full') }, compile, quicker?.glue ?? ((which) => chunks[which]()))
  return modules
}
