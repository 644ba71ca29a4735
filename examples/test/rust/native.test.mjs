// The example in Rust as a program, over the recording served by URLs. It is built before: METIS_LIGHT_EXAMPLES names Cargo's
// target directory.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { alice, environment, moreMetis, startNodes, truthAt, withdrawal } from '../support/recording.mjs'

const target = process.env.METIS_LIGHT_EXAMPLES ?? fileURLToPath(new URL('../../../target/examples', import.meta.url))
const program = path.join(target, 'debug/metis-light-example-native')
const moment = 'ready'

describe('the native example', () => {
  let honest, lying
  before(async () => {
    honest = await startNodes(moment)
    lying = await startNodes(moment, moreMetis)
  })
  after(() => {
    honest.close()
    lying.close()
  })

  it('proves a balance', async () => {
    const { posted, balanceOf } = truthAt(moment)
    const { status, stdout } = await run(honest, alice)
    assert.equal(status, 0)
    assert.ok(stdout.startsWith(`${balanceOf(alice)} wei at block ${posted}, Final`), stdout)
  })

  it('proves a withdrawal', async () => {
    const { status, stdout } = await run(honest, withdrawal.txHash)
    assert.deepEqual([status, stdout], [0, `${withdrawal.messageHash} ReadyToRelay\n`])
  })

  it('prints nothing of a lie, and who told it', async () => {
    const { status, stdout, stderr } = await run(lying, alice)
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, /^http:\S+ was passed over: .*storageProof/)
  })
})

function run(nodes, ...given) {
  return new Promise((resolve) => {
    const child = execFile(program, given, { env: environment(nodes, moment), timeout: 60_000 }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    )
  })
}
