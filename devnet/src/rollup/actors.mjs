// Everyone who acts on the network. The keys are made from names: they are public, and good for nothing but tests.

import { keccak256, toBytes } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

/** The private key of whoever has this name. */
export const keyOf = (name) => keccak256(toBytes(`metis-light devnet ${name}`))

/** The account of whoever has this name. */
export const accountOf = (name) => privateKeyToAccount(keyOf(name))

/** By role. On mainnet the council and the manager are multisigs. */
export const actors = Object.freeze({
  /** Deploys, and owns the address manager, every proxy and the messenger. */
  council: accountOf('council'),
  /** `METIS_MANAGER`, who sets the fraud proof window. */
  metisManager: accountOf('metisManager'),
  /** Appends state batches. */
  proposer: accountOf('proposer'),
  /** `<chainId>_MVM_FraudVerifier`, who deletes disputed batches. */
  fraudVerifier: accountOf('fraudVerifier'),
  /** Stands for the dispute game factory and its games, of which there are none here. */
  disputeGameFactory: accountOf('disputeGameFactory'),
  /** Relays messages; anyone may. */
  relayer: accountOf('relayer'),
  /** Users with METIS on both chains. */
  alice: accountOf('alice'),
  bob: accountOf('bob'),
})

/** Has ether on L1 from genesis: anvil's first development account, whose key is printed at each start of anvil. */
export const funder = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80')
