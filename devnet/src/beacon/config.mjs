// The chain's configuration: fork schedule, fork versions, time.

import { preset } from './preset.mjs'
import { createChainForkConfig } from '@lodestar/config'
import { mainnetChainConfig, minimalChainConfig } from '@lodestar/config/configs'
import {
  EPOCHS_PER_SYNC_COMMITTEE_PERIOD,
  SLOTS_PER_EPOCH,
  SYNC_COMMITTEE_SIZE,
} from '@lodestar/params'
import { bytesToHex } from 'viem'

const forkNames = ['ALTAIR', 'BELLATRIX', 'CAPELLA', 'DENEB', 'ELECTRA', 'FULU']

/** How old a checkpoint may be. Nobody attacks this network; the value is the one for mainnet. */
const weakSubjectivityEpochs = 3500

/**
 * A configuration with every fork up to Deneb at genesis.
 *
 * The fork versions are the network's own, so that no signature made here is valid on a public network.
 *
 * @param {{ forks: { electra?: number, fulu?: number }, secondsPerSlot: number }} options epochs; absent means never
 */
export function createConfig({ forks, secondsPerSlot }) {
  const config = {
    ...(preset === 'mainnet' ? mainnetChainConfig : minimalChainConfig),
    CONFIG_NAME: 'devnet',
    SECONDS_PER_SLOT: secondsPerSlot,
    SLOT_DURATION_MS: secondsPerSlot * 1000,
    GENESIS_DELAY: 0,
    TERMINAL_TOTAL_DIFFICULTY: 0n,
    BLOB_SCHEDULE: [],
    GLOAS_FORK_EPOCH: Infinity,
    HEZE_FORK_EPOCH: Infinity,
    ELECTRA_FORK_EPOCH: forks.electra ?? Infinity,
    FULU_FORK_EPOCH: forks.fulu ?? Infinity,
  }
  for (const name of ['ALTAIR', 'BELLATRIX', 'CAPELLA', 'DENEB']) config[`${name}_FORK_EPOCH`] = 0
  for (const [index, name] of ['GENESIS', ...forkNames].entries()) {
    config[`${name}_FORK_VERSION`] = Uint8Array.of(index, 0x10, 0x88, 0x02)
  }
  return createChainForkConfig(config)
}

/** The `l1` member of a network file. */
export function networkFileL1(config, { chainId, genesisTime, genesisValidatorsRoot }) {
  const forks = { GENESIS_FORK_VERSION: bytesToHex(config.GENESIS_FORK_VERSION) }
  for (const name of forkNames) {
    const epoch = config[`${name}_FORK_EPOCH`]
    if (epoch === Infinity) continue
    forks[`${name}_FORK_VERSION`] = bytesToHex(config[`${name}_FORK_VERSION`])
    forks[`${name}_FORK_EPOCH`] = String(epoch)
  }
  const names = ['GENESIS', ...forkNames].filter((name) => `${name}_FORK_VERSION` in forks)
  return {
    chainId,
    genesisTime,
    genesisValidatorsRoot,
    preset,
    secondsPerSlot: config.SECONDS_PER_SLOT,
    slotsPerEpoch: SLOTS_PER_EPOCH,
    epochsPerSyncCommitteePeriod: EPOCHS_PER_SYNC_COMMITTEE_PERIOD,
    syncCommitteeSize: SYNC_COMMITTEE_SIZE,
    forks,
    weakSubjectivityEpochs: Object.fromEntries(names.map((name) => [name, weakSubjectivityEpochs])),
  }
}
