// The package with its WebAssembly inside, for every host: nothing is fetched from where the package lies.

import { clientOver, type ClientOptions } from './client.js'
import { inlineModules } from './engine/inline.js'
import type { LightClient } from './light-client.js'

export * from './exports.js'

/**
 * Makes a light client. It asks nobody before the first question.
 *
 * @throws {MisuseError} an option is wrong, or there is neither a checkpoint nor progress that is fresh enough
 * @example
 * const client = await createLightClient({
 *   network: 'andromeda',
 *   checkpoint: '0x…', // of a finalized beacon block, from somebody you trust
 *   l1: { beacon: 'https://…', execution: ['https://…', 'https://…'] },
 *   l2: 'https://…',
 * })
 * const { value, verification } = await client.getBalance({ address: '0x…' })
 */
export function createLightClient(options: ClientOptions): Promise<LightClient> {
  return clientOver(inlineModules, options)
}
