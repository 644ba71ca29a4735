// How a network begins that is there to be looked at: batches, a deposit, a withdrawal that is ready, another in its window.

import { actors } from './rollup/index.mjs'

/** Slots between the clock and the place where the second part of the story begins, which takes about so many. */
const reserve = 48

/** Slots until verifiers have joined and that is final. */
const joining = 40

/**
 * The slots that the story takes, rounded up: a network whose genesis is so long ago is not ahead of the clock after it.
 *
 * @param {{ window: number, secondsPerSlot: number, verifiers?: boolean }} options
 */
export const slotsOfStory = ({ window, secondsPerSlot, verifiers = false }) =>
  120 + (verifiers ? joining : 0) + Math.ceil(window / secondsPerSlot) + reserve

/**
 * Tells the story.
 *
 * @param {import('./world.mjs').World} world
 * @param {{ keepsTime?: boolean }} [options] `keepsTime`: the second part happens now, so that its window is still open
 * @returns {Promise<{ ready: string, inWindow: string, deposit: string, user: string }>} hashes of L2 transactions
 */
export async function tellStory(world, { keepsTime = false } = {}) {
  await world.addL2Blocks(4)
  const ready = await world.withdraw()
  const deposit = await world.deposit()
  await world.addL2Blocks(3)
  await world.postBatch()
  await world.addL2Blocks(6)
  const { timestamp } = await world.postBatch()
  await world.finalizeUntil(timestamp + world.rollup.window)

  if (keepsTime) await catchUp(world.l1.beacon)
  const inWindow = await world.withdraw({ from: actors.bob })
  await world.addL2Blocks(2)
  await world.postBatch()
  await world.finalize()
  return {
    ready: ready.transactionHash,
    inWindow: inWindow.transactionHash,
    deposit: deposit.transactionHash,
    user: actors.alice.address,
  }
}

async function catchUp(beacon) {
  const now = Math.floor(Date.now() / 1000)
  const slot = Math.floor((now - beacon.genesisTime) / beacon.config.SECONDS_PER_SLOT)
  await beacon.advance(Math.max(0, slot - reserve - beacon.head.slot))
}
