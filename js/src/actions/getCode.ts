import type { Hex, Proven } from '../types.js'
import { address, at, proven } from '../convert.js'
import type { AccountOptions } from '../light-client.js'
import type { Core } from './core.js'

/** The code of an account; `0x` where it has none. */
export async function getCode(core: Core, { address: who, block, ...options }: AccountOptions): Promise<Proven<Hex>> {
  return proven(await core.ask({ ask: 'code', address: address(who), at: at(block) }, options), ({ code }) => code)
}
