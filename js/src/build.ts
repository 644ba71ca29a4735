// Which build this is, so that one can see whether it is the one that others made from the same source.
//
// It says what the package was built with. What a page loads instead, through `initWasm` or in a worker of another version,
// it cannot know.

import hashes from './wasm/hashes.js'
import { version } from './version.js'

/** What the package was built as. */
export interface Build {
  /** The package's version. */
  readonly version: string
  /** The SHA-256 of each WebAssembly module of the package, uncompressed, in hex without `0x`. */
  readonly wasm: {
    /** The small module: `metis-light/core.wasm`. */
    readonly page: string
    /** The full one: what `fullBytes()` of `metis-light/full` gives. */
    readonly full: string
  }
}

/**
 * The build of this package. `docs/release.md` of the repository tells how to build the same bytes.
 *
 * @example
 * const bytes = await (await fetch('/assets/core.wasm')).arrayBuffer()
 * const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
 * const isOurs = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('') === build.wasm.page
 */
export const build: Build = Object.freeze({ version, wasm: Object.freeze({ page: hashes.page, full: hashes.full }) })
