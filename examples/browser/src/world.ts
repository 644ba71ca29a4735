// Where answers come from: the recorded chain, or what the visitor names. Sources are always functions of this page, so that it
// can watch them, and make them lie.

import type { Address, Attestation, Hash, Requester, Verifier } from 'metis-light'
import network from '../../../tests/data/devnet-1/network.json'
import { balances, messages, phases } from '../../../tests/data/devnet-1/expected.json'
import { batches as words, verifiers } from './attestations.json'
import callsUrl from '../../../tests/data/devnet-1/calls.json.gz?url'
import { readCalls, recordedSources, type Call } from './recording.ts'

/** Somebody who answers for each chain. None is believed. */
export interface Sources {
  readonly beacon: (path: string, options?: { signal?: AbortSignal }) => Promise<string>
  readonly l1: Requester
  readonly l2: Requester
}

/** What the page needs of a network's time; the rest the package knows, or finds in the network file. */
export interface BeaconTime {
  readonly genesisTime: number
  readonly secondsPerSlot: number
  readonly slotsPerPeriod: number
}

/** A chain to ask, as of a moment. */
export interface World {
  readonly network: string | object
  readonly checkpoint: Hash
  readonly beaconTime: BeaconTime
  /** Seconds since 1970. */
  readonly clock: () => number
  /** Whether time stands still, as it does in a recording. */
  readonly isRecorded: boolean
  readonly sources: Sources
  /** Who says what verifiers say, and whose word counts where the network's data does not say it. */
  readonly attestations?: (path: string) => Promise<string>
  readonly verifiers?: readonly Verifier[]
  /** Whose balance is asked about where only the block matters. */
  readonly anyone: Address
}

/** Something to try. */
export interface Sample {
  readonly label: string
  readonly value: string
}

/** A moment of the recorded story. */
export interface Moment {
  readonly phase: string
  readonly label: string
  readonly at: number
}

const stories: Readonly<Record<string, string>> = {
  'not-posted': 'Just sent',
  'in-window': 'Posted',
  ready: 'Window over',
  relayed: 'Relayed',
}

export const moments: readonly Moment[] = phases.map(({ name, suggestedWallClock }) => ({
  phase: name,
  label: stories[name] ?? name,
  at: suggestedWallClock,
}))

const people = [...new Map(balances.map(({ who, account }) => [who, account]))]

export const samples: readonly Sample[] = [
  ...people.map(([who, account]) => ({
    label: `${who.slice(0, 1).toUpperCase()}${who.slice(1)}’s balance`,
    value: account,
  })),
  ...messages.map(({ txHash }) => ({ label: 'A withdrawal', value: txHash })),
]

let calls: Promise<readonly Call[]> | undefined

/** The recorded chain at a moment. */
export async function recordedWorld({ phase, at }: Moment, pause: number): Promise<World> {
  calls ??= readCalls(callsUrl)
  return {
    network,
    checkpoint: network.l1.checkpointRoot as Hash,
    beaconTime: beaconTimeOf(network),
    clock: () => at,
    isRecorded: true,
    sources: recordedSources(await calls, phase, pause),
    attestations: arriving(words as readonly (readonly Attestation[])[], 8 * pause),
    verifiers: verifiers as readonly Verifier[],
    anyone: people[0]?.[1] as Address,
  }
}

/** Verifiers who need time: their words come one by one, from the first question about a batch on. */
function arriving(all: readonly (readonly Attestation[])[], pause: number): (path: string) => Promise<string> {
  const asked = new Map<number, number>()
  return async (path) => {
    const batch = Number(path.split('/').at(-1))
    const since = asked.get(batch) ?? Date.now()
    asked.set(batch, since)
    const count = pause > 0 ? Math.floor((Date.now() - since) / pause) : undefined
    return JSON.stringify({ attestations: all[batch]?.slice(0, count) ?? [] })
  }
}

/** What the visitor fills in. */
export interface Named {
  readonly network: string
  readonly networkFile: string
  readonly checkpoint: string
  readonly beacon: string
  readonly l1: string
  readonly l2: string
  readonly attestations: string
  readonly now: string
}

/** The chain behind the URLs that the visitor names. */
export function namedWorld(named: Named): World {
  const network: string | NetworkFile = named.networkFile.trim() ? JSON.parse(named.networkFile) : named.network
  const ahead = named.now.trim() ? Number(named.now) - Date.now() / 1000 : 0
  const asked = typeof network === 'object' ? beaconTimeOf(network) : beaconTimes[network]
  if (!asked || !Number.isFinite(ahead)) throw new Error('The network file or the time cannot be read.')
  return {
    network,
    checkpoint: named.checkpoint.trim() as Hash,
    beaconTime: asked,
    clock: () => Date.now() / 1000 + ahead,
    isRecorded: false,
    sources: { beacon: getting(named.beacon), l1: posting(named.l1), l2: posting(named.l2) },
    ...(named.attestations.trim() && { attestations: gettingAny(named.attestations) }),
    anyone: '0xDeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000',
  }
}

interface NetworkFile {
  readonly l1: {
    readonly genesisTime: number
    readonly secondsPerSlot: number
    readonly slotsPerEpoch: number
    readonly epochsPerSyncCommitteePeriod: number
  }
}

function beaconTimeOf({ l1 }: NetworkFile): BeaconTime {
  const slotsPerPeriod = l1.slotsPerEpoch * l1.epochsPerSyncCommitteePeriod
  return { genesisTime: l1.genesisTime, secondsPerSlot: l1.secondsPerSlot, slotsPerPeriod }
}

/** Of Ethereum's mainnet and of Sepolia. */
const beaconTimes: Readonly<Record<string, BeaconTime>> = {
  andromeda: { genesisTime: 1_606_824_023, secondsPerSlot: 12, slotsPerPeriod: 8192 },
  'metis-sepolia': { genesisTime: 1_655_733_600, secondsPerSlot: 12, slotsPerPeriod: 8192 },
}

function getting(url: string): Sources['beacon'] {
  return async (path, options) => {
    const response = await fetch(`${url.trim().replace(/\/$/, '')}${path}`, {
      ...options,
      headers: { accept: 'application/json' },
    })
    if (!response.ok) throw new Error(`the beacon node answers ${response.status}`)
    return response.text()
  }
}

/** A server that has nothing by that name knows of no attestation. */
function gettingAny(url: string): (path: string) => Promise<string> {
  return async (path) => {
    const response = await fetch(`${url.trim().replace(/\/$/, '')}${path}`)
    if (response.status === 404) return ''
    if (!response.ok) throw new Error(`the server of attestations answers ${response.status}`)
    return response.text()
  }
}

function posting(url: string): Requester {
  return {
    async request({ method, params }, options) {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(url.trim(), { method: 'POST', body, headers, ...options })
      const { result, error } = await response.json()
      if (error) throw Object.assign(new Error(error.message), { code: error.code })
      return result
    },
  }
}
