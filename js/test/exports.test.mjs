// What the npm package exports, on recorded data of Andromeda: every accepted sample has a twin that is spoiled in one place.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { loadPackage } from './support/package.mjs'
import { inCi, readVector, vectors } from './support/paths.mjs'
import { batches, demoChain, proofOfTheWithdrawal, read, spoil, withdrawals } from './support/samples.mjs'

const codes = ['INVALID_PROOF', 'MALFORMED_REPLY', 'MISUSE', 'NOT_YET', 'STALE', 'UNAVAILABLE', 'UNSUPPORTED']
const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`

let metis
before(async () => {
  metis = await loadPackage()
})

describe('verifyWithdrawal', { skip }, () => {
  for (const { file, lie } of withdrawals) {
    it(`accepts ${file}, as bytes and as text`, () => {
      const bytes = readVector(file)
      const result = metis.verifyWithdrawal(bytes)
      assertChecked(result)
      assertMentions(result, '0x58d700e22b501e6f2d80f2511c6e7dc2fadeb30e67f46ff5c16a3f6a1819a0b2')
      assert.deepEqual(metis.verifyWithdrawal(new TextDecoder().decode(bytes)), result)
    })

    it(`refuses ${file} with another ${lie}`, () => {
      assertThrows(() => metis.verifyWithdrawal(JSON.stringify(spoil(read(file), lie))), 'INVALID_PROOF')
    })
  }

  it('checks every item of an array', () => {
    const both = withdrawals.map(({ file }) => read(file))
    const result = metis.verifyWithdrawal(JSON.stringify(both))
    const [first] = metis.verifyWithdrawal(JSON.stringify(both[0])).checked
    assert.equal(result.checked.length, 2)
    assert.deepEqual(result.checked[0], first)
  })

  it('says which item of an array is wrong', () => {
    const [{ file, lie }] = withdrawals
    const thrown = assertThrows(
      () => metis.verifyWithdrawal(JSON.stringify([read(file), spoil(read(file), lie)])),
      'INVALID_PROOF',
    )
    assert.equal(thrown.data.item, 1)
  })
})

describe('verifyBatch', { skip }, () => {
  for (const { file, lie } of batches) {
    it(`accepts ${file}, as bytes and as text`, () => {
      const bytes = readVector(file)
      const result = metis.verifyBatch(bytes)
      assertChecked(result)
      assertMentions(result, '0x2f329c54e83aeabe004a0df6d42602f3677ca6b9b110680e2a6f9170b3f28755')
      assert.deepEqual(metis.verifyBatch(new TextDecoder().decode(bytes)), result)
    })

    it(`refuses ${file} with another ${lie}`, () => {
      assertThrows(() => metis.verifyBatch(JSON.stringify(spoil(read(file), lie))), 'INVALID_PROOF')
    })
  }

  it('refuses a header that comes without its state roots', () => {
    assertThrows(() => metis.verifyBatch(readVector('ovm/metis_mainnet/state_batch_126_header.json')))
  })
})

describe('verifyProof', { skip }, () => {
  it('proves an account and a slot of a recorded state', () => {
    const { question, answer } = proofOfTheWithdrawal()
    const result = metis.verifyProof(question, JSON.stringify(answer))
    assertChecked(result)
    assertMentions(result, answer.codeHash)
    assertMentions(result, answer.storageHash)
    assert.deepEqual(metis.verifyProof(question, new TextEncoder().encode(JSON.stringify(answer))), result)
  })

  it('proves an account alone', () => {
    const { question, answer } = proofOfTheWithdrawal()
    const { slots, ...account } = question
    assertMentions(metis.verifyProof(account, JSON.stringify({ ...answer, storageProof: [] })), answer.codeHash)
  })

  for (const lie of ['accountProof.2', 'accountProof.6', 'storageProof.0.proof.0', 'storageProof.0.proof.3']) {
    it(`refuses another ${lie}`, () => {
      const { question, answer } = proofOfTheWithdrawal()
      assertThrows(() => metis.verifyProof(question, JSON.stringify(spoil(answer, lie))))
    })
  }

  it('refuses the proof under another root', () => {
    const { question, answer } = proofOfTheWithdrawal()
    assertThrows(() => metis.verifyProof(spoil(question, 'stateRoot'), JSON.stringify(answer)), 'INVALID_PROOF')
  })

  it('refuses the proof of another account than was asked for', () => {
    const { question, answer } = proofOfTheWithdrawal()
    const asked = { ...question, address: '0x4200000000000000000000000000000000000007' }
    assertThrows(() => metis.verifyProof(asked, JSON.stringify(answer)))
  })
})

describe('verifyConsensus', () => {
  const { network, checkpoint, now, bootstrap, updates, executionHeader } = demoChain()
  const asked = { network, checkpoint, now }

  it('climbs from a checkpoint to two heads', () => {
    const result = metis.verifyConsensus(asked, bootstrap, updates)
    assertChecked(result, 5)
    const kinds = result.checked.map(({ kind, status }) => kind ?? status ?? 'bootstrap')
    assert.deepEqual(kinds, ['bootstrap', 'update', 'update', 'finalized', 'optimistic'])
    const finalized = result.checked.at(-2)
    assert.equal(finalized.executionBlockHash, executionHeader.hash)
    assert.equal(finalized.executionStateRoot, executionHeader.stateRoot)
    assert.equal(finalized.fromOldCheckpoint, false)
  })

  it('refuses what breaks a rule, and says which', () => {
    const rule = (question, first, rest) => assertThrows(() => metis.verifyConsensus(question, first, rest)).data.rule
    assert.equal(rule({ ...asked, checkpoint: `0x${'00'.repeat(32)}` }, bootstrap, updates), 'consensus.checkpoint')
    assert.equal(rule({ ...asked, now: now - 200 }, bootstrap, updates), 'consensus.future-slot')
    assert.equal(rule(asked, bootstrap, updates.slice(1)), 'consensus.unknown-committee')
    const unsigned = updates[1].slice()
    // Fourteen of sixteen signed: one more claims to have.
    unsigned[unsigned.findIndex((byte, place) => byte === 0x3f && unsigned[place - 1] === 0xff)] ^= 0x80
    assert.equal(rule(asked, bootstrap, [updates[0], unsigned]).split('.')[0], 'bls')
    assert.equal(assertThrows(() => metis.verifyConsensus(asked, bootstrap, updates.slice(1))).data.item, 1)
  })

  it('takes an old checkpoint only if its age is waived, and says so', () => {
    const late = { ...asked, now: now + 12 * 8 * 3600 }
    assertThrows(() => metis.verifyConsensus(late, bootstrap, updates), 'STALE')
    assertThrows(() => metis.verifyConsensus({ network, checkpoint, now: 2 ** 40 }, bootstrap, updates), 'STALE')
    const result = metis.verifyConsensus({ ...late, allowOldCheckpoint: true }, bootstrap, updates)
    assert.ok(result.checked[0].allowOldCheckpoint)
    assert.ok(result.checked.at(-1).fromOldCheckpoint)
  })

  it('asks the clock where no time is named', () => {
    // The chain's last slot is long past, but no longer ago than the checkpoint may be old, or it is.
    const { now: _, ...open } = asked
    const result = metis.verifyConsensus({ ...open, allowOldCheckpoint: true }, bootstrap, updates)
    assert.ok(result.checked[0].ageEpochs > 0)
  })

  it('a wrong question is the mistake of the caller', () => {
    for (const question of [undefined, {}, { ...asked, now: -1 }, { ...asked, now: 1.5 }, { ...asked, now: '7' }, { ...asked, when: 7 }, { ...asked, network: 'atlantis' }]) {
      assertThrows(() => metis.verifyConsensus(question, bootstrap, updates), 'MISUSE')
    }
    assertThrows(() => metis.verifyConsensus(asked, 7, updates), 'MISUSE')
  })

  it('an unknown fork is told apart from a lie', () => {
    const heze = '{ "version": "heze", "data": { "attested_header": { "beacon": { "slot": "5764200" } } } }'
    assertThrows(() => metis.verifyConsensus(asked, bootstrap, [heze]), 'UNSUPPORTED')
  })

  it('follows mainnet', { skip }, () => {
    const file = (name) => readVector(`lc_real/mainnet_capella/${name}.json`)
    const question = {
      checkpoint: '0x5afc212a7924789b2bc86acad3ab3a6ffb1f6e97253ea50bee7f4f51422c9275',
      now: 1692200000,
    }
    const result = metis.verifyConsensus(question, file('bootstrap'), ['updates', 'finality', 'optimistic'].map(file))
    assert.equal(result.checked.at(-2).slot, 7109344)
    assert.equal(result.checked.at(-2).executionBlockNumber, 17923026)
    const sepolia = { ...question, network: 'sepolia' }
    assertThrows(() => metis.verifyConsensus(sepolia, file('bootstrap'), []))
  })
})

describe('the door', () => {
  const nonsense = ['', '{', 'null', '7', '"0x"', '[]]', '{"proof":{}}', '[['.repeat(100_000), '\u0000', '{"proof":[1e999]}']

  for (const name of ['verifyWithdrawal', 'verifyBatch']) {
    it(`${name} refuses nonsense with a code`, () => {
      for (const input of nonsense) assertThrows(() => metis[name](input))
      assertThrows(() => metis[name](new Uint8Array([0xff, 0xfe, 0x00])), 'MALFORMED_REPLY')
    })
  }

  it('verifyProof refuses nonsense with a code', () => {
    const stateRoot = `0x${'11'.repeat(32)}`
    for (const input of nonsense) assertThrows(() => metis.verifyProof({ stateRoot }, input))
  })

  it('a wrong argument is the mistake of the caller', () => {
    for (const input of [undefined, null, 7, {}, Symbol('x'), [1]]) {
      assertThrows(() => metis.verifyWithdrawal(input), 'MISUSE')
      assertThrows(() => metis.verifyBatch(input), 'MISUSE')
    }
    for (const question of [undefined, null, 7, {}, { stateRoot: '0x12' }, { stateRoot: 7 }]) {
      assertThrows(() => metis.verifyProof(question, '{}'), 'MISUSE')
    }
  })
})

/** What is thrown is `{ code, message, data }`; a trap would be a WebAssembly.RuntimeError. */
function assertThrows(call, code) {
  let thrown
  try {
    const result = call()
    assert.fail(`nothing was thrown, the answer was ${show(result)}`)
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error
    thrown = error
  }
  assert.equal(Object.getPrototypeOf(thrown), Object.prototype, `a plain object is thrown, not ${thrown}`)
  assert.ok(codes.includes(thrown.code), `the code is one of ${codes}, not ${thrown.code}`)
  assert.equal(typeof thrown.message, 'string')
  assert.ok(thrown.message.length > 0)
  assert.ok('data' in thrown)
  if (code) assert.equal(thrown.code, code, thrown.message)
  return thrown
}

/** One item was checked, and what was not looked at is said. */
function assertChecked(result, count = 1) {
  assert.deepEqual(Object.keys(result).sort(), ['checked', 'notChecked'])
  assert.equal(result.checked.length, count)
  assert.equal(Object.getPrototypeOf(result.checked[0]), Object.prototype)
  assert.ok(result.notChecked.length > 0)
  for (const sentence of result.notChecked) assert.equal(typeof sentence, 'string')
}

/** Somewhere in `result` stands `value`. */
function assertMentions(result, value) {
  assert.ok(show(result).toLowerCase().includes(value.toLowerCase()), `${value} is not in ${show(result)}`)
}

function show(value) {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? part.toString() : part)) ?? String(value)
}
