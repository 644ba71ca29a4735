// Light-client objects, as the consensus specs' "Altair Light Client -- Full Node" derives them from blocks and states.

import './preset.mjs'
import { Tree } from '@chainsafe/persistent-merkle-tree'
import {
  BLOCK_BODY_EXECUTION_PAYLOAD_GINDEX,
  CURRENT_SYNC_COMMITTEE_GINDEX,
  CURRENT_SYNC_COMMITTEE_GINDEX_ELECTRA,
  FINALIZED_ROOT_GINDEX,
  FINALIZED_ROOT_GINDEX_ELECTRA,
  ForkSeq,
  MIN_SYNC_COMMITTEE_PARTICIPANTS,
  NEXT_SYNC_COMMITTEE_GINDEX,
  NEXT_SYNC_COMMITTEE_GINDEX_ELECTRA,
} from '@lodestar/params'
import { computeSyncPeriodAtSlot, executionPayloadToPayloadHeader } from '@lodestar/state-transition'
import { isBetterUpdate, toLightClientUpdateSummary } from '@lodestar/state-transition/light-client'
import { sszTypesFor } from '@lodestar/types'

/** A `LightClientHeader`: the beacon header, its execution header, and the branch between the two. */
export function lightClientHeader(fork, beacon, body) {
  const { node } = sszTypesFor(fork).BeaconBlockBody.toView(body)
  return {
    beacon,
    execution: executionPayloadToPayloadHeader(ForkSeq[fork], body.executionPayload),
    executionBranch: new Tree(node).getSingleProof(BigInt(BLOCK_BODY_EXECUTION_PAYLOAD_GINDEX)),
  }
}

/** What light-client objects hold of a block's post-state. Kept for every block, where the state itself is not. */
export function lightClientState(fork, state) {
  const electra = ForkSeq[fork] >= ForkSeq.electra
  const tree = new Tree(state.node)
  const branch = (before, since) => tree.getSingleProof(BigInt(electra ? since : before))
  return {
    currentSyncCommittee: state.currentSyncCommittee,
    nextSyncCommittee: state.nextSyncCommittee,
    finalizedRoot: state.finalizedCheckpoint.root,
    currentSyncCommitteeBranch: branch(CURRENT_SYNC_COMMITTEE_GINDEX, CURRENT_SYNC_COMMITTEE_GINDEX_ELECTRA),
    nextSyncCommitteeBranch: branch(NEXT_SYNC_COMMITTEE_GINDEX, NEXT_SYNC_COMMITTEE_GINDEX_ELECTRA),
    finalityBranch: branch(FINALIZED_ROOT_GINDEX, FINALIZED_ROOT_GINDEX_ELECTRA),
  }
}

/** The bootstrap of a block. */
export function bootstrap({ fork, header, lightClient }) {
  return {
    fork,
    data: {
      header,
      currentSyncCommittee: lightClient.currentSyncCommittee.toValue(),
      currentSyncCommitteeBranch: lightClient.currentSyncCommitteeBranch,
    },
  }
}

/**
 * The updates that a full node serves: the best of each period, the latest with finality, the latest of all.
 *
 * Each is `{ fork, data }`, where `fork` is that of the attested header.
 */
export class Updates {
  /** @type {Map<number, { fork: string, data: object }>} by sync-committee period */
  best = new Map()
  /** @type {{ fork: string, data: object } | null} */
  finality = null
  /** @type {{ fork: string, data: object } | null} */
  optimistic = null

  /**
   * Takes the sync aggregate of a new block, which signs the block's parent.
   *
   * @param {object} block
   * @param {object} attested the parent
   * @param {object | undefined} finalized the block that the parent's state has finalized
   */
  add(block, attested, finalized) {
    const { syncAggregate } = block.signedBlock.message.body
    const participants = syncAggregate.syncCommitteeBits.getTrueBitIndexes().length
    if (participants < MIN_SYNC_COMMITTEE_PARTICIPANTS) return

    const { fork } = attested
    const optimistic = { attestedHeader: attested.header, syncAggregate, signatureSlot: block.slot }
    const finality = finalized && {
      finalizedHeader: finalized.header,
      finalityBranch: attested.lightClient.finalityBranch,
    }
    // Not every new block attests a higher slot: after a re-organisation the older update stays until it is surpassed.
    if (isNewer(optimistic, this.optimistic)) this.optimistic = { fork, data: optimistic }
    if (finality && isNewer(optimistic, this.finality)) this.finality = { fork, data: { ...optimistic, ...finality } }
    this.#addBest(fork, attested, { ...optimistic, ...finality })
  }

  #addBest(fork, attested, update) {
    const period = computeSyncPeriodAtSlot(attested.slot)
    // Only the committee of the attested header's own period vouches for its successor.
    if (period !== computeSyncPeriodAtSlot(update.signatureSlot)) return
    const data = {
      ...sszTypesFor(fork).LightClientUpdate.defaultValue(),
      ...update,
      nextSyncCommittee: attested.lightClient.nextSyncCommittee.toValue(),
      nextSyncCommitteeBranch: attested.lightClient.nextSyncCommitteeBranch,
    }
    const best = this.best.get(period)
    if (!best || isBetterUpdate(toLightClientUpdateSummary(data), toLightClientUpdateSummary(best.data))) {
      this.best.set(period, { fork, data })
    }
  }
}

const isNewer = (update, old) => !old || update.attestedHeader.beacon.slot > old.data.attestedHeader.beacon.slot
