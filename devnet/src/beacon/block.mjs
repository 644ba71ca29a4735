// Makes one block: duties, execution payload, state transition, signature.

import './preset.mjs'
import { ForkSeq } from '@lodestar/params'
import {
  computeEpochAtSlot,
  DataAvailabilityStatus,
  ExecutionPayloadStatus,
  processSlots,
  stateTransition,
} from '@lodestar/state-transition'
import { ssz } from '@lodestar/types'
import { bytesToHex, zeroHash } from 'viem'
import { attestations, randaoReveal, signBlock, syncAggregate } from './duties.mjs'
import { lightClientHeader, lightClientState } from './light-client.mjs'

const feeRecipient = '0xcccccccccccccccccccccccccccccccccccccccc'

/**
 * A block as the chain keeps it.
 *
 * @typedef {object} Block
 * @property {number} slot
 * @property {Uint8Array} root
 * @property {string} fork
 * @property {object} signedBlock
 * @property {object | null} state the post-state, of recent blocks
 * @property {object} header its `LightClientHeader`
 * @property {object} lightClient what light-client objects need of the post-state
 * @property {string} executionHash
 */

/** Block 0: no proposer, no payload. */
export function genesisBlock(state, executionHash) {
  const fork = state.config.getForkName(0)
  const message = state.config.getForkTypes(0).BeaconBlock.defaultValue()
  message.stateRoot = state.hashTreeRoot()
  return describe({ fork, signedBlock: { message, signature: new Uint8Array(96) }, state, executionHash })
}

/**
 * The block of `slot` on top of `parent`.
 *
 * @param {object} network validators and execution client
 * @param {Block} parent
 * @param {number} slot
 * @param {import('./chain.mjs').Behaviour & { executionHashOf: (root: Uint8Array) => string | undefined }} options
 * @returns {Promise<Block>}
 */
export async function produceBlock({ validators, execution }, parent, slot, options) {
  const before = processSlots(parent.state, slot, { dontTransferCache: true })
  const { config } = before
  const proposerIndex = before.epochCtx.getBeaconProposer(slot)

  const body = config.getForkTypes(slot).BeaconBlockBody.defaultValue()
  body.eth1Data = before.eth1Data.toValue()
  body.randaoReveal = randaoReveal(validators, before, proposerIndex)
  body.attestations = attestations(validators, before, parent.slot, options.attesting)
  body.syncAggregate = syncAggregate(validators, before, parent.root, options.participation)
  body.executionPayload = await executionPayload(execution, before, parent, options)

  const message = { slot, proposerIndex, parentRoot: parent.root, stateRoot: new Uint8Array(32), body }
  const state = transition(before, message)
  message.stateRoot = state.hashTreeRoot()
  const signedBlock = { message, signature: signBlock(validators, state, message) }
  const executionHash = bytesToHex(body.executionPayload.blockHash)
  return describe({ fork: config.getForkName(slot), signedBlock, state, executionHash })
}

/** A `ForkchoiceState` of the engine API. */
export const forkchoice = (state, headBlockHash, executionHashOf) => ({
  headBlockHash,
  safeBlockHash: executionHashOf(state.currentJustifiedCheckpoint.root) ?? zeroHash,
  finalizedBlockHash: executionHashOf(state.finalizedCheckpoint.root) ?? zeroHash,
})

async function executionPayload(execution, state, parent, { executionHashOf }) {
  const mixIndex = computeEpochAtSlot(state.slot) % state.randaoMixes.length
  const payload = await execution.build({
    forkchoice: forkchoice(state, bytesToHex(state.latestExecutionPayloadHeader.blockHash), executionHashOf),
    timestamp: state.genesisTime + state.slot * state.config.SECONDS_PER_SLOT,
    prevRandao: bytesToHex(state.randaoMixes.get(mixIndex)),
    feeRecipient,
    parentBeaconBlockRoot: bytesToHex(parent.root),
    electra: state.config.getForkSeq(state.slot) >= ForkSeq.electra,
  })
  // Anvil draws `prevRandao` by itself: its value goes where the state transition looks for it. For a client that takes
  // the value it was given this changes nothing.
  state.randaoMixes.set(mixIndex, payload.prevRandao)
  state.commit()
  return payload
}

/** The state after an unsigned block. Every signature inside the block is checked. */
const transition = (state, message) =>
  stateTransition(
    state,
    { message, signature: new Uint8Array(96) },
    {
      verifyStateRoot: false,
      verifyProposer: false,
      verifySignatures: true,
      executionPayloadStatus: ExecutionPayloadStatus.valid,
      dataAvailabilityStatus: DataAvailabilityStatus.Available,
      dontTransferCache: true,
    },
  )

function describe({ fork, signedBlock, state, executionHash }) {
  const { slot, proposerIndex, parentRoot, stateRoot, body } = signedBlock.message
  const bodyRoot = state.config.getForkTypes(slot).BeaconBlockBody.hashTreeRoot(body)
  const beacon = { slot, proposerIndex, parentRoot, stateRoot, bodyRoot }
  return {
    slot,
    root: ssz.phase0.BeaconBlockHeader.hashTreeRoot(beacon),
    fork,
    signedBlock,
    state,
    header: lightClientHeader(fork, beacon, body),
    lightClient: lightClientState(fork, state),
    executionHash,
  }
}
