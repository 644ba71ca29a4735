// WebAssembly modules: found, compiled once, and instantiated anew for each engine.

/** Where a module's bytes are. */
export type WasmSource = string | URL | Response | ArrayBuffer | Uint8Array | WebAssembly.Module

/** The small module, which answers what a page first asks; and the full one, which is fetched when more is asked. */
export interface WasmSources {
  readonly page: WasmSource | (() => WasmSource | Promise<WasmSource>)
  readonly full: WasmSource | (() => WasmSource | Promise<WasmSource>)
}

/** Makes a module of a source, where it is none yet. */
export type Compile = (source: WasmSource) => Promise<WebAssembly.Module>

/** What binds a module to JavaScript: a factory of instances, whose exports go through `shield`. */
export interface Glue {
  instantiate(module: WebAssembly.Module, shield: (exports: WebAssembly.Exports) => WebAssembly.Exports): Promise<unknown>
}

/** The two, compiled when they are first wanted. */
export class Modules {
  readonly #sources: WasmSources
  readonly #compile: Compile
  /** The glue of each, which no source brings along. */
  readonly glue: (which: keyof WasmSources) => Promise<Glue>
  readonly #compiled = new Map<keyof WasmSources, Promise<WebAssembly.Module>>()

  constructor(sources: WasmSources, compile: Compile, glue: (which: keyof WasmSources) => Promise<Glue>) {
    this.#sources = sources
    this.#compile = compile
    this.glue = glue
  }

  get(which: keyof WasmSources): Promise<WebAssembly.Module> {
    let compiled = this.#compiled.get(which)
    if (!compiled) {
      compiled = this.#find(which).then(this.#compile)
      this.#compiled.set(which, compiled)
      // What failed is tried again by the next who asks.
      compiled.catch(() => this.#compiled.delete(which))
    }
    return compiled
  }

  async #find(which: keyof WasmSources): Promise<WasmSource> {
    const source = this.#sources[which]
    return typeof source === 'function' ? source() : source
  }
}

/** Told by its tag: one that an edge host has compiled is of another realm than this code, and an instance of nothing here. */
export function isModule(source: unknown): boolean {
  return Object.prototype.toString.call(source) === '[object WebAssembly.Module]'
}
