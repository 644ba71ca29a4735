// Everyone who acts on the network. The keys are made from names: they are public, and good for nothing but tests.

import { keccak256, toBytes } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

const account = (name) => privateKeyToAccount(keccak256(toBytes(`metis-light devnet ${name}`)))

/** By role. On mainnet the council and the manager are multisigs. */
export const actors = Object.freeze({
  /** Deploys, and owns the address manager, every proxy and the messenger. */
  council: account('council'),
  /** `METIS_MANAGER`, who sets the fraud proof window. */
  metisManager: account('metisManager'),
  /** Appends state batches. */
  proposer: account('proposer'),
  /** `<chainId>_MVM_FraudVerifier`, who deletes disputed batches. */
  fraudVerifier: account('fraudVerifier'),
  /** Stands for the dispute game factory and its games, of which there are none here. */
  disputeGameFactory: account('disputeGameFactory'),
  /** Relays messages; anyone may. */
  relayer: account('relayer'),
  /** Users with METIS on both chains. */
  alice: account('alice'),
  bob: account('bob'),
})

/** Has ether on L1 from genesis: anvil's first development account, whose key is printed at each start of anvil. */
export const funder = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80')
