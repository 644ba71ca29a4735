// Compiling at run time, which most hosts do. In a file of its own: edge functions may not even contain it.

import { misuse } from '../errors.js'
import { isModule, type WasmSource } from './module.js'

/**
 * Compiles whatever a source is.
 *
 * @throws {MisuseError} it cannot be fetched, or the host does not compile it
 */
export async function compile(source: WasmSource): Promise<WebAssembly.Module> {
  if (isModule(source)) return source as WebAssembly.Module
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return allowed(WebAssembly.compile(source as BufferSource))
  const response = source instanceof Response ? source : await fetch(source as string | URL)
  if (!response.ok) throw misuse(`the module cannot be fetched: status ${response.status} of ${response.url}`)
  const isWasm = response.headers.get('content-type')?.startsWith('application/wasm')
  // Not every host that cannot compile has a call that says so.
  if (isWasm && 'compileStreaming' in WebAssembly) return allowed(WebAssembly.compileStreaming(response))
  const bytes = await response.arrayBuffer()
  return allowed(WebAssembly.compile(bytes))
}

/** Some hosts compile nothing at run time, and neither do pages whose policy does not say that they may. */
async function allowed(compiling: Promise<WebAssembly.Module>): Promise<WebAssembly.Module> {
  try {
    return await compiling
  } catch (cause) {
    if (!(cause instanceof WebAssembly.CompileError)) throw cause
    throw misuse('the host does not compile the module: docs/runtimes.md says what hosts and policies need', cause)
  }
}
