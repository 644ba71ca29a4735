// What validators sign: proposals, attestations and the sync aggregate.

import './preset.mjs'
import { BitArray } from '@chainsafe/ssz'
import {
  DOMAIN_BEACON_ATTESTER,
  DOMAIN_BEACON_PROPOSER,
  DOMAIN_RANDAO,
  DOMAIN_SYNC_COMMITTEE,
  ForkSeq,
  MAX_ATTESTATIONS_ELECTRA,
  MAX_COMMITTEES_PER_SLOT,
} from '@lodestar/params'
import {
  computeEpochAtSlot,
  computeSigningRoot,
  computeStartSlotAtEpoch,
  getBlockRootAtSlot,
} from '@lodestar/state-transition'
import { ssz } from '@lodestar/types'

/** The proposer's contribution to randomness. */
export function randaoReveal(validators, state, proposer) {
  const epoch = computeEpochAtSlot(state.slot)
  const domain = state.config.getDomain(state.slot, DOMAIN_RANDAO)
  return validators.sign(proposer, computeSigningRoot(ssz.Epoch, epoch, domain))
}

/** The proposer's signature over the whole block. */
export function signBlock(validators, state, block) {
  const type = state.config.getForkTypes(block.slot).BeaconBlock
  const domain = state.config.getDomain(block.slot, DOMAIN_BEACON_PROPOSER)
  return validators.sign(block.proposerIndex, computeSigningRoot(type, block, domain))
}

/**
 * The signatures of the first `share` of the sync committee over the parent block.
 *
 * @param {number} share from 0 to 1
 */
export function syncAggregate(validators, state, parentRoot, share) {
  const committee = state.epochCtx.currentSyncCommitteeIndexed.validatorIndices
  const count = Math.round(committee.length * share)
  // The committee signs in the slot before the block's, so the fork is that slot's.
  const domain = state.config.getDomain(state.slot, DOMAIN_SYNC_COMMITTEE, state.slot - 1)
  return {
    syncCommitteeBits: firstBits(committee.length, count),
    syncCommitteeSignature: validators.signTogether(
      Array.from(committee.slice(0, count)),
      computeSigningRoot(ssz.Root, parentRoot, domain),
    ),
  }
}

/**
 * The attestations that are not in a block yet, by the first `share` of every committee.
 *
 * @param {number} parentSlot the parent's slot: attestations of earlier slots are in the parent or in its ancestors
 * @param {number} share from 0 to 1
 */
export function attestations(validators, state, parentSlot, share) {
  if (share === 0) return []
  const count = Math.min(state.slot - parentSlot, MAX_ATTESTATIONS_ELECTRA)
  const slots = Array.from({ length: count }, (_, index) => state.slot - count + index)
  return slots.flatMap((slot) => attestationsOfSlot(validators, state, slot, share))
}

function attestationsOfSlot(validators, state, slot, share) {
  const committeeCount = state.epochCtx.getCommitteeCountPerSlot(computeEpochAtSlot(slot))
  const committees = Array.from({ length: committeeCount }, (_, index) => {
    const members = Array.from(state.epochCtx.getBeaconCommittee(slot, index))
    return { members, count: Math.ceil(members.length * share) }
  })
  const domain = state.config.getDomain(state.slot, DOMAIN_BEACON_ATTESTER, slot)

  const attestation = (index, committees) => {
    const data = attestationData(state, slot, index)
    const signers = committees.flatMap(({ members, count }) => members.slice(0, count))
    const bits = committees.flatMap(({ members, count }) => members.map((_, position) => position < count))
    return {
      data,
      aggregationBits: BitArray.fromBoolArray(bits),
      signature: validators.signTogether(signers, computeSigningRoot(ssz.phase0.AttestationData, data, domain)),
    }
  }
  if (state.config.getForkSeq(state.slot) < ForkSeq.electra) {
    return committees.map((committee, index) => attestation(index, [committee]))
  }
  // Since Electra one attestation holds all committees of a slot.
  return [{ ...attestation(0, committees), committeeBits: firstBits(MAX_COMMITTEES_PER_SLOT, committeeCount) }]
}

function attestationData(state, slot, index) {
  const epoch = computeEpochAtSlot(slot)
  const isCurrent = epoch === state.epochCtx.epoch
  const source = isCurrent ? state.currentJustifiedCheckpoint : state.previousJustifiedCheckpoint
  const target = getBlockRootAtSlot(state, computeStartSlotAtEpoch(epoch))
  const beaconBlockRoot = getBlockRootAtSlot(state, slot)
  return { slot, index, beaconBlockRoot, source: source.toValue(), target: { epoch, root: target } }
}

const firstBits = (length, count) => BitArray.fromBoolArray(Array.from({ length }, (_, index) => index < count))
