// The command line under test: run as a user would, with nothing of the user's own around it.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { binary, environment } from '../../../src/client.mjs'

export { binary, environment }

/** How long one run may take, in milliseconds: far longer than any should. */
const DEADLINE = 60_000

/**
 * Runs the client with `--json`.
 *
 * @param {string[]} args
 * @returns {Promise<Run>}
 *
 * @typedef {object} Run
 * @property {number} code the exit code
 * @property {object} report what it printed
 * @property {object} facts the facts of the last thing that it checked
 * @property {string[]} notes who failed on the way, and what else there was to say
 */
export async function run(args) {
  if (!existsSync(binary)) throw new Error(`there is no client at ${binary}: run "cargo build", or set METIS_LIGHT_BIN`)
  const { code, stdout, stderr } = await finished(['--json', ...args])
  try {
    const report = JSON.parse(stdout)
    return { code, report, facts: report.checked.at(-1), notes: report.notes ?? [] }
  } catch {
    throw new Error(`metis-light ${args[0]} ended with ${code} and printed no JSON: ${stdout.slice(0, 500)}${stderr}`)
  }
}

function finished(args) {
  return new Promise((resolve, reject) => {
    const options = { env: environment(), timeout: DEADLINE, maxBuffer: 2 ** 26 }
    execFile(binary, args, options, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error)
      else resolve({ code: error?.code ?? 0, stdout, stderr })
    })
  })
}

/**
 * A client of a world: `client('balance', address, '--block', 7)`, with the world's own sources, checkpoint and time.
 *
 * @param {import('../../../src/world.mjs').World} world
 * @param {Instead} [instead]
 * @returns {(...command: (string | number)[]) => Promise<Run>}
 */
export function clientOf(world, instead) {
  return (...command) => run([...command.map(String), ...argumentsOf(world, instead)])
}

/**
 * The flags that name a world at this moment, or something else.
 *
 * @param {import('../../../src/world.mjs').World} world
 * @param {Instead} [instead]
 *
 * @typedef {object} Instead what differs; undefined leaves a flag out
 * @property {string} [checkpoint]
 * @property {string} [network] a file
 * @property {string} [store] a file
 * @property {number} [now]
 * @property {string} [beacon] URLs, separated by commas
 * @property {string} [l1]
 * @property {string} [l2]
 */
export function argumentsOf(world, instead = {}) {
  const { checkpoint, networkFile: network, urls } = world
  const flags = { network, checkpoint, now: world.l1.now(), ...urls, ...instead }
  const given = Object.entries(flags).filter(([, value]) => value !== undefined)
  return given.flatMap(([name, value]) => [`--${name}`, String(value)])
}

/** The facts of a run that holds. */
export function holds({ code, report, facts }) {
  assert.equal(code, 0, JSON.stringify(report.refusal ?? report.error))
  return facts
}

/** What `head` says of the rollup. */
export function headOf(run) {
  holds(run)
  return Object.assign({}, ...run.report.checked.slice(1))
}

/** Why a run was refused: the exit code is 1. */
export function refused({ code, report: { refusal, error } }, kind) {
  assert.deepEqual([code, refusal?.code], [1, kind], JSON.stringify(refusal ?? error))
  return refusal
}

/** Why a run came to no verdict: the exit code is 2. */
export function ended({ code, report: { refusal, error } }, kind) {
  assert.deepEqual([code, error?.code], [2, kind], JSON.stringify(refusal ?? error))
  return error
}
