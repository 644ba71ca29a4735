// Modules that come with the package: compressed, then base64, each in a chunk of its own that is imported when wanted.

import { compile } from './compile.js'
import { Modules } from './module.js'

/** Unpacks what the build has packed: what a start waits for, so by the host's own means where it has them. */
async function unpack(packed: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = decode(packed)
  // Node's streams take longer than all else that a client needs to begin. Asked for where it runs, it is not looked for by
  // bundlers.
  const zlib = globalThis.process?.getBuiltinModule?.('node:zlib')
  return zlib ? zlib.gunzipSync(bytes) : gunzip(bytes)
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

/** By hand too: `Blob` and `Response` would have some hosts load their whole `fetch` first. */
async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new DecompressionStream('gzip')
  const writer = writable.getWriter()
  const [unpacked] = await Promise.all([joined(readable), writer.write(bytes), writer.close()])
  return unpacked
}

/** All that a stream gives, in one piece. */
async function joined(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    parts.push(value)
  }
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let place = 0
  for (const part of parts) {
    whole.set(part, place)
    place += part.length
  }
  return whole
}

async function page(): Promise<Uint8Array<ArrayBuffer>> {
  return unpack((await import('../wasm/page.inline.js')).default)
}

/** The bytes of the full module. */
export async function full(): Promise<Uint8Array<ArrayBuffer>> {
  return unpack((await import('../wasm/full.inline.js')).default)
}

let modules: Modules | undefined

/** One pair for all clients. A host that has a quicker way to the small one names it. */
export function inlineModules(quicker?: () => Promise<Uint8Array<ArrayBuffer> | undefined>): Modules {
  modules ??= new Modules({ page: async () => (await quicker?.()) ?? page(), full }, compile)
  return modules
}
