// The genesis state: every validator active from the start, on top of the execution client's block 0.

import './preset.mjs'
import { createBeaconConfig } from '@lodestar/config'
import {
  EPOCHS_PER_HISTORICAL_VECTOR,
  ForkSeq,
  MAX_EFFECTIVE_BALANCE,
  UNSET_DEPOSIT_REQUESTS_START_INDEX,
} from '@lodestar/params'
import {
  computeProposerIndices,
  createCachedBeaconState,
  createPubkeyCache,
  executionPayloadToPayloadHeader,
  getActiveValidatorIndices,
  getNextSyncCommittee,
} from '@lodestar/state-transition'
import { ssz } from '@lodestar/types'

/**
 * The state of slot 0, and the configuration that signatures of this chain are made under.
 *
 * @param {{ forkConfig: object, genesisTime: number, publicKeys: Uint8Array[], payload: object }} options
 */
export function createGenesis({ forkConfig, genesisTime, publicKeys, payload }) {
  const state = genesisView({ forkConfig, genesisTime, publicKeys, payload })
  const config = createBeaconConfig(forkConfig, state.genesisValidatorsRoot)
  fillCommittees(state, config)
  return { config, state: createCachedBeaconState(state, { config, pubkeyCache: createPubkeyCache() }) }
}

function genesisView({ forkConfig, genesisTime, publicKeys, payload }) {
  const { version, seq } = forkConfig.getForkInfo(0)
  const types = forkConfig.getForkTypes(0)
  const validators = publicKeys.map(activeValidator)
  const zeroes = validators.map(() => 0)

  const state = types.BeaconState.defaultViewDU()
  state.genesisTime = genesisTime
  state.genesisValidatorsRoot = ssz.phase0.Validators.hashTreeRoot(validators)
  state.fork = ssz.phase0.Fork.toViewDU({ previousVersion: version, currentVersion: version, epoch: 0 })
  state.latestBlockHeader = ssz.phase0.BeaconBlockHeader.toViewDU({
    ...ssz.phase0.BeaconBlockHeader.defaultValue(),
    bodyRoot: types.BeaconBlockBody.hashTreeRoot(types.BeaconBlockBody.defaultValue()),
  })
  state.eth1Data = ssz.phase0.Eth1Data.toViewDU({
    depositRoot: new Uint8Array(32),
    depositCount: BigInt(validators.length),
    blockHash: payload.blockHash,
  })
  state.eth1DepositIndex = validators.length
  state.randaoMixes = ssz.phase0.RandaoMixes.toViewDU(
    Array.from({ length: EPOCHS_PER_HISTORICAL_VECTOR }, () => payload.blockHash),
  )
  state.validators = ssz.phase0.Validators.toViewDU(validators)
  state.balances = ssz.phase0.Balances.toViewDU(validators.map((validator) => validator.effectiveBalance))
  state.previousEpochParticipation = ssz.altair.EpochParticipation.toViewDU(zeroes)
  state.currentEpochParticipation = ssz.altair.EpochParticipation.toViewDU(zeroes)
  state.inactivityScores = ssz.altair.InactivityScores.toViewDU(zeroes)
  state.latestExecutionPayloadHeader = types.ExecutionPayloadHeader.toViewDU(
    executionPayloadToPayloadHeader(seq, payload),
  )
  if (seq >= ForkSeq.electra) state.depositRequestsStartIndex = UNSET_DEPOSIT_REQUESTS_START_INDEX
  state.commit()
  return state
}

/** Credentials of type 0: nothing is ever withdrawn, whatever a validator earns. */
const activeValidator = (pubkey) => ({
  pubkey,
  withdrawalCredentials: new Uint8Array(32),
  effectiveBalance: MAX_EFFECTIVE_BALANCE,
  slashed: false,
  activationEligibilityEpoch: 0,
  activationEpoch: 0,
  exitEpoch: Infinity,
  withdrawableEpoch: Infinity,
})

/** The members that depend on the shuffling, which only a state with caches knows. */
function fillCommittees(state, config) {
  const { seq } = config.getForkInfo(0)
  const cached = createCachedBeaconState(
    state.clone(),
    { config, pubkeyCache: createPubkeyCache() },
    { skipSyncCommitteeCache: true },
  )
  const { syncCommittee } = getNextSyncCommittee(
    seq,
    cached,
    getActiveValidatorIndices(cached, 0),
    cached.epochCtx.effectiveBalanceIncrements,
  )
  state.currentSyncCommittee = ssz.altair.SyncCommittee.toViewDU(syncCommittee)
  state.nextSyncCommittee = ssz.altair.SyncCommittee.toViewDU(syncCommittee)
  if (seq >= ForkSeq.fulu) {
    const proposers = [0, 1].flatMap((epoch) =>
      Array.from(computeProposerIndices(seq, cached, cached.epochCtx.getShufflingAtEpoch(epoch), epoch)),
    )
    state.proposerLookahead = ssz.fulu.ProposerLookahead.toViewDU(proposers)
  }
  state.commit()
}
