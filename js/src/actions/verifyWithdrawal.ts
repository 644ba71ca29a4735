import { misuse } from '../errors.js'
import { verifiedBundle, type VerifiedBundle } from '../bundle.js'
import type { Core } from './core.js'

/** Verifies a portable proof with the client's own checkpoint and network, and without asking anybody. */
export async function verifyWithdrawal(core: Core, bundle: string | Uint8Array): Promise<VerifiedBundle> {
  const { checkpoint, ...trusted } = core.trusted
  if (!checkpoint) throw misuse('a bundle is verified from a checkpoint, and this client was given none')
  return verifiedBundle(await core.host.verifyBundle(bundle, { ...trusted, checkpoint, network: core.network }))
}
