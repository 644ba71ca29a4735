// The pool of sequencers: every documented slot read back from storage, and the same slots proven.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hexToBigInt, keccak256, parseEther, slice } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { compile } from '../src/contracts.mjs'
import { Refused, actors, networkFile, pool, slots, transact } from '../src/rollup/index.mjs'
import { startRollup, storageAt } from './support/rollup.mjs'

const { POOL_SLOTS, sequencerSlot, word } = slots
const accounts = ['0x01', '0x02', '0x03'].map((seed) => privateKeyToAccount(keccak256(seed)))
const amount = (metis) => parseEther(String(metis))
const ACTIVE = 2n
const UNLOCKED = 3n

let world, l1, address
before(async () => {
  world = await startRollup()
  l1 = world.l1
  address = l1.addresses.lockingPool
  assert.deepEqual(await pool.join(l1, accounts.map((account, place) => ({ account, amount: amount(20_000 + place) }))), [1, 2, 3])
})
after(() => world?.stop())

/** Whether a slot holds exactly this word. */
async function holds(slot, value) {
  assert.equal(await storageAt(l1, address, slot), word(value).toLowerCase())
}

const statusAndRecipient = (status, account) => (status << 160n) | BigInt(account.address)

test('the pool stands behind a proxy of EIP-1967, and the network file pins its code', async () => {
  const { contracts } = networkFile({ l1 })
  assert.equal(contracts.lockingPool, address)
  await holds(slots.IMPLEMENTATION_SLOT, contracts.lockingPoolImplementation)
  const code = await l1.chain.rpc('eth_getCode', [contracts.lockingPoolImplementation, 'latest'])
  assert.equal(code, compile().LockingPool.deployedBytecode)
})

test('its own variables stand where those of the deployed one do', async () => {
  await holds(POOL_SLOTS.paused, 0)
  await holds(POOL_SLOTS.owner, actors.council.address)
  await holds(POOL_SLOTS.totalSequencers, 3)
  const layout = compile().LockingPool.storageLayout.storage
  const slotOf = (name) => Number(layout.find(({ label }) => label === name).slot)
  const named = { whitelist: 152, sequencers: 153, seqStatuses: 156, escrow: 207, mpcAddress: 210, currentBatch: 211 }
  for (const [name, slot] of Object.entries(named)) assert.equal(slotOf(name), slot, name)
  assert.equal(slotOf('signerUpdateThrottle'), 215)
})

test('a sequencer has twelve slots, and its key two of its own', async () => {
  const [, account] = accounts
  const at = (place) => sequencerSlot(2, place)
  await holds(at(0), amount(20_001))
  for (const place of [1, 2, 3, 4, 5, 6]) await holds(at(place), 0)
  await holds(at(7), 1)
  await holds(at(8), account.address)
  await holds(at(9), account.address)
  // The long form: twice the length and one, the bytes where the slot's hash says.
  const key = slice(account.publicKey, 1)
  await holds(at(10), 2 * 64 + 1)
  await holds(keccak256(at(10)), slice(key, 0, 32))
  await holds(slots.offset(keccak256(at(10)), 1), slice(key, 32))
  assert.equal(hexToBigInt(slice(keccak256(key), 12)), BigInt(account.address))
  await holds(at(11), statusAndRecipient(ACTIVE, account))
  await holds(slots.sequencerOwnerSlot(account.address), 2)
  await holds(slots.sequencerSignerSlot(account.address), 2)
})

test('what is proven of a sequencer is what stands in storage', async () => {
  const keys = [POOL_SLOTS.totalSequencers, ...[0, 9, 10, 11].map((place) => sequencerSlot(1, place))]
  const { storageProof } = await l1.chain.rpc('eth_getProof', [address, keys, 'latest'])
  for (const [place, { value, proof }] of storageProof.entries()) {
    assert.equal(word(BigInt(value)), await storageAt(l1, address, keys[place]))
    assert.ok(proof.length > 0)
  }
})

test('a changed amount stands in its first slot', async () => {
  await pool.setAmount(l1, 3, amount(99_000))
  await holds(sequencerSlot(3, 0), amount(99_000))
  await holds(sequencerSlot(3, 7), 2)
  await assert.rejects(pool.setAmount(l1, 3, 0n), Refused)
  await assert.rejects(pool.setAmount(l1, 4, 1n), Refused)
})

test('who leaves keeps id, signer and amount, and cannot come back with the same key', async () => {
  const [account] = accounts
  await pool.leave(l1, 1)
  await holds(sequencerSlot(1, 11), statusAndRecipient(UNLOCKED, account))
  await holds(sequencerSlot(1, 0), amount(20_000))
  await holds(sequencerSlot(1, 9), account.address)
  await holds(POOL_SLOTS.totalSequencers, 3)
  await holds(slots.sequencerSignerSlot(account.address), 2n ** 256n - 1n)
  await assert.rejects(pool.leave(l1, 1), Refused)
  await assert.rejects(pool.join(l1, [{ account, amount: 1n }]), Refused)
})

test('only the owner acts', async () => {
  const calls = [['lockFor', [actors.alice.address, 1n, `0x${'01'.repeat(64)}`]], ['setAmount', [2, 1n]], ['unlock', [2]]]
  for (const [name, args] of calls) {
    const call = pool.lockingPool(l1).call(actors.alice, name, args)
    await assert.rejects(transact(l1.chain, [call]), /caller is not the owner/, name)
  }
})
