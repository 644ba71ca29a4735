// WebAssembly modules: found, compiled once, and instantiated anew for each engine.

import { misuse } from '../errors.js'

/** Where a module's bytes are. */
export type WasmSource = string | URL | Response | ArrayBuffer | Uint8Array | WebAssembly.Module

/** The small module, which answers what a page first asks; and the full one, which is fetched when more is asked. */
export interface WasmSources {
  readonly page: WasmSource | (() => WasmSource | Promise<WasmSource>)
  readonly full: WasmSource | (() => WasmSource | Promise<WasmSource>)
}

/** The two, compiled when they are first wanted. */
export class Modules {
  readonly #sources: WasmSources
  readonly #compiled = new Map<keyof WasmSources, Promise<WebAssembly.Module>>()

  constructor(sources: WasmSources) {
    this.#sources = sources
  }

  get(which: keyof WasmSources): Promise<WebAssembly.Module> {
    let compiled = this.#compiled.get(which)
    if (!compiled) {
      compiled = this.#compile(which)
      this.#compiled.set(which, compiled)
      // What failed is tried again by the next who asks.
      compiled.catch(() => this.#compiled.delete(which))
    }
    return compiled
  }

  async #compile(which: keyof WasmSources): Promise<WebAssembly.Module> {
    const source = this.#sources[which]
    return compile(typeof source === 'function' ? await source() : source)
  }
}

async function compile(source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return allowed(WebAssembly.compile(source as BufferSource))
  const response = source instanceof Response ? source : await fetch(source)
  if (!response.ok) throw misuse(`the module cannot be fetched: status ${response.status} of ${response.url}`)
  const isWasm = response.headers.get('content-type')?.startsWith('application/wasm')
  return allowed(isWasm ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer()))
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
