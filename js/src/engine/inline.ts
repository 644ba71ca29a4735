// Modules that come with the package: compressed, then base64, each in a chunk of its own that is imported when wanted.

import { compile } from './compile.js'
import { Modules } from './module.js'

/**
 * Unpacks what the build has packed. By hand: `Blob` and `Response` would have Node load its whole `fetch` first, and a
 * callback for each byte costs more than the decompression.
 */
async function unpack(packed: string): Promise<ArrayBuffer> {
  const text = atob(packed)
  const bytes = new Uint8Array(text.length)
  for (let place = 0; place < bytes.length; place += 1) bytes[place] = text.charCodeAt(place)
  const { readable, writable } = new DecompressionStream('gzip')
  const writer = writable.getWriter()
  const [unpacked] = await Promise.all([joined(readable), writer.write(bytes), writer.close()])
  return unpacked
}

/** All that a stream gives, in one piece. */
async function joined(stream: ReadableStream<Uint8Array>): Promise<ArrayBuffer> {
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
  return whole.buffer
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
