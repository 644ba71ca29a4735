// One instance of the WebAssembly, with its traps contained.
//
// After a trap an instance is fit for nothing: its objects are locked for ever, and whatever was awaited never comes. So
// every way in is guarded; the first trap is told, and the instance is dropped. The glue is a factory, for an instance each.

import { loaded } from '../errors.js'
import type { Blamed } from './protocol.js'
import type { Modules, WasmSources } from './module.js'

/** The one class of the WebAssembly. */
export interface Engine {
  readonly chainId: number
  ask(question: string, givenUp?: Promise<unknown>): Promise<unknown>
  save(): Uint8Array | undefined
  takeBlamed(): Blamed[]
  free(): void
}

/** What an instance exports. */
export interface Instance {
  Engine: new (network: string, options: object) => Engine
}

/** What the full module exports besides. */
export interface FullInstance extends Instance {
  verifyBundle(bundle: string | Uint8Array, trusted: object): unknown
  verifyWithdrawal(input: string | Uint8Array): unknown
  verifyBatch(input: string | Uint8Array): unknown
  verifyProof(question: object, input: string | Uint8Array): unknown
}

/** Instantiates a module; `onTrap` is called once if it traps. */
export async function instantiate(
  modules: Modules,
  which: keyof WasmSources,
  onTrap: (trap: unknown) => void,
): Promise<FullInstance> {
  const [module, glue] = await loaded(Promise.all([modules.get(which), modules.glue(which)]))
  return glue.instantiate(module, guarded(onTrap)) as Promise<FullInstance>
}

/** Exports of which none throws a trap into the event loop, and none runs after one. */
function guarded(onTrap: (trap: unknown) => void): (exports: WebAssembly.Exports) => WebAssembly.Exports {
  let depth = 0
  let trapped = false
  const guard =
    (inner: (...values: unknown[]) => unknown) =>
    (...values: unknown[]): unknown => {
      if (trapped) return undefined
      depth += 1
      try {
        return inner(...values)
      } catch (thrown) {
        if (!isTrap(thrown)) throw thrown
        if (!trapped) {
          trapped = true
          onTrap(thrown)
        }
        // Whoever called from within the WebAssembly must not go on.
        if (depth > 1) throw thrown
        return undefined
      } finally {
        depth -= 1
      }
    }
  const shield = (value: WebAssembly.ExportValue) => (typeof value === 'function' ? guard(value as never) : value)
  return (exports) => Object.fromEntries(Object.entries(exports).map(([name, value]) => [name, shield(value)]))
}

/** A stack that is used up is a RangeError. */
function isTrap(thrown: unknown): boolean {
  return thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError
}
