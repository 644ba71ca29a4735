// A recorded world as options for a client: its sources, its checkpoint, its time.

import { readVector } from './paths.mjs'
import { Recording, readGolden } from './recording.mjs'

/** Waits that a test has time for. */
export const limits = { whole: 60_000, answer: 20_000, hedge: 200, retries: 1 }

/** A scenario of golden/ at one of its phases; `lie` names one of those of 5-lies that take the place of what was recorded. */
export function world(scenario, phase, lie) {
  const network = JSON.parse(new TextDecoder().decode(readVector(`golden/${scenario}/network.json`)))
  const expected = readGolden(`${scenario}/expected.json`)
  const at = expected.phases.find(({ name }) => name === phase)
  const told = lie && readGolden('5-lies/lies.json.gz').find(({ id }) => id === lie).replacements
  const recording = new Recording(readGolden(`${scenario}/calls.json.gz`), phase, told)
  return {
    recording,
    expected,
    at,
    options: {
      network,
      checkpoint: network.l1.checkpointRoot,
      clock: () => at.suggestedWallClock,
      limits,
      ...sourcesOf(recording),
    },
  }
}

/** The recording as functions and as EIP-1193 objects. */
export function sourcesOf(recording) {
  const { beacon, rpc } = functionsOf(recording)
  return { l1: { beacon, execution: rpc('l1') }, l2: rpc('l2') }
}

/** How a client takes sources that are no urls. */
export function functionsOf(recording) {
  const answer = (source, request) => {
    const reply = recording.reply(source, request)
    if (reply instanceof Error) throw Object.assign(reply, { code: -32000 })
    return reply
  }
  return {
    beacon: async (path) => answer('beacon', { method: 'GET', path }),
    rpc: (source) => ({ request: async (args) => JSON.parse(answer(source, args)) }),
  }
}

/** The same over HTTP, of a server that `serve` started. */
export function urlsOf(server) {
  return { l1: { beacon: server.url('beacon'), execution: server.url('l1') }, l2: server.url('l2') }
}
