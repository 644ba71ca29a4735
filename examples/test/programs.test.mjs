// The examples for Node, viem and ethers as programs, over the recording served by URLs: they print what was true, and nothing
// of what a node lies about.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { alice, environment, expected, moreMetis, startNodes, truthAt, withdrawal } from './support/recording.mjs'

const moment = 'ready'

describe('the programs', () => {
  let honest, lying
  before(async () => {
    honest = await startNodes(moment)
    lying = await startNodes(moment, moreMetis)
  })
  after(() => {
    honest.close()
    lying.close()
  })

  const { posted, balanceOf } = truthAt(moment)
  const whole = (wei) => `${wei / 10n ** 18n}.${(wei % 10n ** 18n).toString().padStart(18, '0')}`

  it('node: a balance', async () => {
    const { status, stdout } = await run('node', honest, [alice])
    assert.deepEqual([status, stdout], [0, `${balanceOf(alice)} wei, final, at block ${posted}\n`])
  })

  it('node: a withdrawal', async () => {
    const { status, stdout } = await run('node', honest, [withdrawal.txHash])
    assert.deepEqual([status, stdout], [0, '1000000000000000000: ready-to-relay, relay\n'])
  })

  it('viem: a block, a balance, a withdrawal and its call', async () => {
    const { status, stdout } = await run('viem', honest, [alice, withdrawal.txHash])
    const { to, calldata } = withdrawal.relay
    const lines = [`block ${posted}`, `balance ${whole(balanceOf(alice))} METIS`, 'withdrawal ready-to-relay']
    assert.equal(status, 0)
    assert.ok(stdout === `${[...lines, `relay ${to.toLowerCase()} ${calldata}`].join('\n')}\n`, stdout.slice(0, 200))
  })

  it('ethers: a block, a balance, a nonce', async () => {
    const { status, stdout } = await run('ethers', honest, [alice])
    const { nonce } = leafOf(alice)
    assert.deepEqual([status, stdout], [0, `block ${posted}\nbalance ${whole(balanceOf(alice))} METIS\nnonce ${nonce}\n`])
  })

  it('node: goes on from what it has stored', async () => {
    const store = await mkdtemp(path.join(tmpdir(), 'metis-light-example-'))
    const nodes = await startNodes(moment)
    try {
      const asked = async () => {
        const { status, stdout } = await run('node', nodes, [alice], { METIS_LIGHT_STORE: store })
        assert.deepEqual([status, stdout], [0, `${balanceOf(alice)} wei, final, at block ${posted}\n`])
        return nodes.requests.splice(0).some((path) => path.includes('/bootstrap/'))
      }
      assert.deepEqual([await asked(), await asked()], [true, false])
    } finally {
      nodes.close()
      await rm(store, { recursive: true })
    }
  })

  for (const example of ['node', 'viem', 'ethers']) {
    it(`${example}: prints no balance that is a lie`, async () => {
      const { status, stdout, stderr } = await run(example, lying, [alice, withdrawal.txHash])
      assert.equal(status, 1)
      assert.doesNotMatch(stdout, /balance|wei/)
      assert.match(stderr, /storageProof/)
    })
  }

  it('node: says whose fault it is where nobody answers', async () => {
    const { status, stderr } = await run('node', honest, [`0x${'77'.repeat(32)}`])
    assert.equal(status, 1)
    assert.match(stderr, /^UNAVAILABLE: /)
  })
})

function leafOf(account) {
  const { posted } = truthAt(moment)
  return expected.balances.find((one) => one.account === account && one.l2Block === posted).accountLeaf
}

function run(example, nodes, given, more = {}) {
  const file = fileURLToPath(new URL(`../${example}/index.mjs`, import.meta.url))
  const env = { PATH: process.env.PATH, ...environment(nodes, moment), ...more }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [file, ...given], { env, timeout: 60_000 }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    )
  })
}
