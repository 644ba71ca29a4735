// Five verifiers with stakes in the pool, named after what becomes of them in the story.

import { parseEther } from 'viem'
import { accountOf, keyOf } from '../rollup/index.mjs'
import { startPuppet } from './puppet.mjs'

/**
 * What each has locked, in whole METIS: 300,000 together, of which more than 200,000 are a quorum. It forms without the laggard,
 * and without liar and equivocator, but not without all three. Without the leaver the honest ones have exactly two thirds of
 * the rest, which is not enough.
 */
export const stakes = Object.freeze({
  steady: 100_000,
  laggard: 60_000,
  leaver: 60_000,
  liar: 50_000,
  equivocator: 30_000,
})

/**
 * Puts the five into the pool.
 *
 * @param {import('../world.mjs').World} world
 * @returns {Promise<Role[]>}
 */
export async function enlist(world) {
  const roles = Object.entries(stakes).map(([name, metis]) => {
    const full = `verifier ${name}`
    return { name, world, rollup: world.rollup, account: accountOf(full), key: keyOf(full), amount: parseEther(String(metis)) }
  })
  const ids = await world.joinPool(roles)
  return roles.map((role, place) => ({ ...role, id: ids[place] }))
}

/**
 * Starts who is in the pool. They say their word of each batch that is there, and of each that comes.
 *
 * @param {Role[]} roles
 * @param {(role: Role) => Promise<Player>} [start] by default all are puppets, who agree with whatever is posted
 * @returns {Promise<Cast>}
 *
 * @typedef {object} Role
 * @property {string} name
 * @property {import('../world.mjs').World} world
 * @property {import('../rollup/deploy.mjs').L1} rollup
 * @property {import('viem').LocalAccount} account
 * @property {`0x${string}`} key
 * @property {bigint} amount in wei of METIS
 * @property {number} id in the pool
 *
 * @typedef {object} Player a verifier that runs
 * @property {string} url where it serves its attestations
 * @property {(batch: import('../rollup/proposer.mjs').Batch) => Promise<void>} [attest] where it does not look for itself
 * @property {() => Promise<void>} stop
 *
 * @typedef {object} Cast
 * @property {Record<string, Player & { id: number, address: string, amount: bigint }>} members by name
 * @property {string[]} urls of all
 * @property {() => Promise<void>} stop
 */
export async function startPlayers(roles, start = startPuppet) {
  const members = {}
  const stop = async () => {
    for (const member of Object.values(members)) await member.stop()
  }
  try {
    for (const role of roles) {
      const { name, id, account, amount } = role
      members[name] = Object.assign(await start(role), { id, address: account.address, amount })
    }
  } catch (error) {
    await stop()
    throw error
  }
  const [{ world }] = roles
  const attest = async (batch) => {
    for (const member of Object.values(members)) await member.attest?.(batch)
  }
  for (const batch of world.batches) await attest(batch)
  world.whenPosted(attest)
  return { members, urls: Object.values(members).map(({ url }) => url), stop }
}

/**
 * Both, with a wait between until that is final.
 *
 * @param {import('../world.mjs').World} world
 * @param {(role: Role) => Promise<Player>} [start]
 * @param {() => Promise<unknown>} [finalize]
 */
export async function startCast(world, start = startPuppet, finalize = () => world.finalize()) {
  const roles = await enlist(world)
  await finalize()
  return startPlayers(roles, start)
}
