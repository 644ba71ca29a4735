// A verifier that checks nothing and says what it is told: agrees with whatever is posted, lies, or says both.

import { serveAttestations } from './server.mjs'
import { agreement, attest, dissent, domainOf } from './statement.mjs'

/**
 * What can be said of a batch, by the name of who says it. Two statements that are issued at one time contradict each other:
 * neither takes the other back.
 */
export const sayings = Object.freeze({
  agree: (...about) => [agreement(...about)],
  lie: (...about) => [dissent(...about)],
  /** Signs that a state root differs, and names the one that is posted. */
  'lie-badly': (chainId, batch, time) => [dissent(chainId, batch, time, { stateRoot: batch.stateRoots[0] })],
  equivocate: (...about) => [agreement(...about), dissent(...about)],
  'say-nothing': () => [],
})

/**
 * Starts one, which agrees at first.
 *
 * @param {object} options
 * @param {import('../rollup/deploy.mjs').L1} options.rollup
 * @param {import('viem').LocalAccount} options.account
 * @param {number} [options.port]
 * @returns {Promise<Puppet>}
 *
 * @typedef {object} Puppet
 * @property {string} url where it serves what it has signed
 * @property {(saying: string) => void} play what it says from now on: a name of `sayings`
 * @property {(batch: import('./statement.mjs').Batch) => Promise<void>} attest says it of a batch
 * @property {(...messages: object[]) => Promise<void>} say signs and serves these
 * @property {(batchIndex: number | bigint) => object[]} said
 * @property {() => Promise<void>} stop
 */
export async function startPuppet({ rollup, account, port }) {
  const server = await serveAttestations(rollup.l2ChainId, port)
  const domain = domainOf(rollup)
  let saying = 'agree'
  async function say(...messages) {
    for (const message of messages) server.add(await attest(account, domain, message))
  }
  return {
    url: server.url,
    play(name) {
      if (!Object.hasOwn(sayings, name)) throw new Error(`a verifier can ${Object.keys(sayings).join(', ')}, and not ${name}`)
      saying = name
    },
    // At the batch's own time, which is not before it, nor in anybody's future.
    attest: (batch) => say(...sayings[saying](rollup.l2ChainId, batch, batch.timestamp)),
    say,
    said: server.of,
    stop: server.close,
  }
}
