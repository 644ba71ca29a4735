// The raw proof of each rung: parts of the portable proof, or what the sources said where there is none.

import type { Climb } from './climb.ts'
import { rungs, type RungId } from './rungs.ts'

/** Something to open and read. */
export interface Evidence {
  readonly label: string
  readonly text: string
}

/** What each rung opens to. */
export function evidenceOf({ bundle, traffic }: Climb): ReadonlyMap<RungId, readonly Evidence[]> {
  return bundle ? ofBundle(JSON.parse(bundle)) : ofTraffic(traffic.exchanges)
}

/** The members that are read here; docs/bundle.md names them all. */
interface Bundle {
  readonly consensus: string
  readonly execution: string
  readonly registry: unknown
  readonly batch: unknown
  readonly block: unknown
  readonly proves: unknown
}

function ofBundle(bundle: Bundle): ReadonlyMap<RungId, readonly Evidence[]> {
  const [bootstrap, ...updates] = frames(bundle.consensus)
  const json = (label: string, value: unknown): Evidence[] => [{ label, text: JSON.stringify(value, null, 2) }]
  return new Map([
    ['checkpoint', bootstrap ? [bootstrap] : []],
    ['committees', updates],
    ['l1', [{ label: 'Header (RLP)', text: bundle.execution }]],
    ['contracts', json('Three storage proofs', bundle.registry)],
    ['batch', json('Header and storage proofs', bundle.batch)],
    ['root', json('Leaf and its branch', bundle.block)],
    ['answer', json('Question and trie nodes', bundle.proves)],
  ])
}

const kinds = ['Bootstrap (SSZ)', 'Update (SSZ)', 'Finality update (SSZ)']

const firstLine = 'metis-light store 1\n'

/** Cuts the saved chain of committees: a line, then frames of fork, kind, length and SSZ. */
function frames(consensus: string): Evidence[] {
  const hex = consensus.slice(2)
  const byte = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16)
  const found: Evidence[] = []
  let at = 2 * firstLine.length
  while (at + 12 <= hex.length) {
    const length = byte(at + 4) + byte(at + 6) * 2 ** 8 + byte(at + 8) * 2 ** 16 + byte(at + 10) * 2 ** 24
    const end = at + 12 + 2 * length
    found.push({ label: kinds[byte(at + 2)] ?? 'Message (SSZ)', text: `0x${hex.slice(at + 12, end)}` })
    at = end
  }
  return found
}

/** The newest answers about each rung. */
function ofTraffic(exchanges: Climb['traffic']['exchanges']): ReadonlyMap<RungId, readonly Evidence[]> {
  return new Map(
    rungs.map(({ id }) => {
      const about = exchanges.filter(({ rung }) => rung === id).slice(-4)
      return [id, about.map(({ source, what, answer }) => ({ label: `${names[source]}: ${what}`, text: pretty(answer) }))]
    }),
  )
}

const names = { beacon: 'Beacon node', l1: 'Ethereum node', l2: 'Metis node' }

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
