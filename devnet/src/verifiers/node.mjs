// A verifier as operators run it: the process `metis-light attest`, with a key file, a log and an L2 node of its own.

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { binary, environment } from '../client.mjs'
import { freePort, startProcess } from '../execution/process.mjs'

/** Nobody can guess it who does not read this. */
const PASSWORD = 'a password of the devnet'

/**
 * Starts one. It follows the clock, so L1 must not be half an hour behind it.
 *
 * @param {Pick<import('./cast.mjs').Role, 'name' | 'world' | 'key'>} role
 * @param {object} [options]
 * @param {string} [options.webhook] where its alarms go
 * @param {string[]} [options.without] methods that its L2 node does not have
 * @param {string[]} [options.flags] more of them
 * @returns {Promise<VerifierNode>}
 *
 * @typedef {object} VerifierNode
 * @property {string} url
 * @property {import('../l2/replica.mjs').Replica} l2 its own node
 * @property {(blocks?: number) => void} lag
 * @property {(block?: number) => void} differ
 * @property {(batchIndex: number | bigint) => Promise<object[]>} said what it serves of a batch
 * @property {() => Promise<Record<string, number>>} metrics those that have no labels, by name
 * @property {() => string} output what it printed last
 * @property {() => Promise<void>} kill as a crash would, at once
 * @property {() => Promise<void>} restart after `kill`
 * @property {() => Promise<number | null>} end asks it to stop; its exit code
 * @property {() => Promise<void>} stop, and forget all
 */
export async function startNode({ name, world, key }, { webhook, without, flags = [] } = {}) {
  const directory = await mkdtemp(join(tmpdir(), `metis-light-${name}-`))
  const l2 = await world.l2.replica({ without })
  const keyArguments = await importKey(directory, key)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const args = [
    'attest',
    ...keyArguments,
    ...['--data', join(directory, 'data'), '--own-node', l2.url, '--listen', `127.0.0.1:${port}`],
    ...['--every', '1', '--rechecks', '2', '--recheck-after', '1', '--requests-per-minute', '6000'],
    ...(webhook ? ['--webhook', webhook] : []),
    ...['--network', world.networkFile, '--checkpoint', world.checkpoint],
    ...['--beacon', world.urls.beacon, '--l1', world.urls.l1, '--l2', l2.url],
    ...flags,
  ]
  const start = () => startProcess(binary, args, { env: environment(), isReady: () => fetch(`${url}/healthz`) })
  const forget = async () => {
    await l2.stop()
    await rm(directory, { recursive: true, force: true })
  }

  let running = await start().catch(async (error) => {
    await forget()
    throw error
  })
  return {
    url,
    l2,
    lag: l2.lag,
    differ: l2.differ,
    said: async (index) => {
      const { attestations } = await (await fetch(`${url}/v1/attestations/${world.l2.chainId}/${index}`)).json()
      return attestations
    },
    metrics: async () => readMetrics(await (await fetch(`${url}/metrics`)).text()),
    output: () => running.output(),
    kill: () => running.stop(),
    restart: async () => void (running = await start()),
    end: () => running.end(),
    async stop() {
      await running.stop()
      await forget()
    },
  }
}

/** Writes the key file with the command that operators use; the arguments that name it. */
async function importKey(directory, key) {
  const [password, secret, file] = ['password', 'secret', 'key.json'].map((name) => join(directory, name))
  await writeFile(password, PASSWORD, { mode: 0o600 })
  await writeFile(secret, key, { mode: 0o600 })
  const args = ['key', 'import', file, '--secret', secret, '--light', '--password-file', password]
  await promisify(execFile)(binary, args, { env: environment() })
  await rm(secret)
  return ['--key', file, '--password-file', password]
}

/** Prometheus' text: a name and a number in each line that is no comment. */
function readMetrics(text) {
  const lines = text.split('\n').filter((line) => /^[a-z_]+ /.test(line))
  return Object.fromEntries(lines.map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]))
}
