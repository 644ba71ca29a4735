// Where the contracts keep what is proven: the storage keys of the documented layouts.

import { concat, encodePacked, keccak256, numberToHex, pad, toBytes } from 'viem'

/** @typedef {`0x${string}`} Hex */

/** EIP-1967, of `L1ChugSplashProxy`. */
export const IMPLEMENTATION_SLOT = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc'
/** EIP-1967's admin, whom `L1ChugSplashProxy` calls its owner. */
export const OWNER_SLOT = '0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103'

/**
 * A number, an address or shorter bytes as a word of 32 bytes.
 *
 * @param {number | bigint | Hex} value
 * @returns {Hex}
 */
export const word = (value) => (typeof value === 'string' ? pad(value) : numberToHex(value, { size: 32 }))

/**
 * The slot of a mapping's value.
 *
 * @param {number | bigint | Hex} key
 * @param {number | bigint | Hex} mapping the mapping's own slot
 */
export const entry = (key, mapping) => keccak256(concat([word(key), word(mapping)]))

/** The slot so many slots further. */
export const offset = (slot, by) => word(BigInt(slot) + BigInt(by))

/** `Lib_AddressManager`: the slot of a name's address. */
export const nameSlot = (name) => entry(keccak256(toBytes(name)), 1)

/** `ChainStorageContainer`: the context word of an L2 chain. */
export const contextSlot = (chainId) => entry(chainId, 2)

/** `ChainStorageContainer`: the element at `index`. */
export const elementSlot = (chainId, index) => entry(index, offset(contextSlot(chainId), 1))

/** `StateCommitmentChain`: slots by name. */
export const SCC_SLOTS = Object.freeze({
  libAddressManager: word(0),
  fraudProofWindow: word(1),
  sequencerPublishWindow: word(2),
  defaultChainId: word(3),
  earliestDisputedBlockNumber: word(7),
})

/** `StateCommitmentChain`: the length of `batchTimes`. Two elements share a slot, the even one in its low half. */
export const batchTimesSlot = (chainId) => entry(chainId, 4)

/** `StateCommitmentChain`: the slot with element `i` of `batchTimes`, which need not be batch `i`. */
export const batchTimeSlot = (chainId, i) => offset(keccak256(batchTimesSlot(chainId)), Math.floor(i / 2))

/** `StateCommitmentChain`: the last L2 block of the batch with this header hash. */
export const lastBlockSlot = (headerHash) => entry(headerHash, 5)

/** `StateCommitmentChain`: whether the batch with this header hash is flagged as disputed. */
export const disputedSlot = (headerHash) => entry(headerHash, 6)

/** `L1CrossDomainMessenger`: slots by name. The first holds two flags above the address. */
export const MESSENGER_SLOTS = Object.freeze({
  libAddressManager: word(0),
  owner: word(51),
  paused: word(101),
  status: word(151),
  xDomainMsgSender: word(204),
})

/** `L1CrossDomainMessenger`: whether the message is blocked. */
export const blockedSlot = (messageHash) => entry(messageHash, 201)

/** `L1CrossDomainMessenger`: whether this relay took place, whatever became of its call. */
export const relayedSlot = (xDomainCalldata, relayer, l1Block) =>
  entry(keccak256(encodePacked(['bytes', 'address', 'uint256'], [xDomainCalldata, relayer, BigInt(l1Block)])), 202)

/** `L1CrossDomainMessenger`: whether the message was relayed and its call succeeded. */
export const successfulSlot = (messageHash) => entry(messageHash, 203)

/** `Lib_ResolvedDelegateProxy`: the name of the implementation. */
export const proxyNameSlot = (proxy) => entry(proxy, 0)

/** `Lib_ResolvedDelegateProxy`: the address manager that it asks. */
export const proxyManagerSlot = (proxy) => entry(proxy, 1)

/** `L1StandardBridge`: what was deposited of a token for an L2 chain. */
export const depositsSlot = (l1Token, chainId, l2Token) => entry(l2Token, entry(chainId, entry(l1Token, 4)))

/** `MVM_ProposerRegistry`: who proposes. */
export const proposerSlot = (chainId) => entry(chainId, 1)

/** `LockingPool`: slots by name. */
export const POOL_SLOTS = Object.freeze({
  paused: word(51),
  owner: word(101),
  totalSequencers: word(151),
})

/** `LockingPool`: a member of the sequencer with this id, by its place among the struct's twelve slots. */
export const sequencerSlot = (id, place) => offset(entry(id, 153), place)

/** `LockingPool`: the id of the sequencer that this account owns. */
export const sequencerOwnerSlot = (owner) => entry(owner, 154)

/** `LockingPool`: the id of the sequencer that signs with this account; all ones where it has left. */
export const sequencerSignerSlot = (signer) => entry(signer, 155)

/** `CanonicalTransactionChain`: the length of the queue. */
export const queueLengthSlot = (chainId) => entry(chainId, 6)

/** `CanonicalTransactionChain`: the hash of a queue element; time and L1 block stand in the next slot. */
export const queueElementSlot = (chainId, index) => offset(keccak256(queueLengthSlot(chainId)), 2 * index)

/** METIS, ETH and every token on L2: a balance. */
export const balanceSlot = (owner) => entry(owner, 0)

/** `L2CrossDomainMessenger`: whether a message from L1 was run and its call succeeded. */
export const l2SuccessfulSlot = (messageHash) => entry(messageHash, 1)
