// The example of Rust in the browser, in Chromium over the recording served by URLs. It is built before, by wasm-pack.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { violations } from '../support/axe.mjs'
import { startFolder } from '../support/browser.mjs'
import { alice, moreMetis, network, startNodes, truthAt } from '../support/recording.mjs'

const moment = 'ready'

describe('Rust in the browser', () => {
  let site, honest, lying
  before(async () => {
    site = await startFolder('rust-browser')
    honest = await startNodes(moment)
    lying = await startNodes(moment, moreMetis)
  })
  after(async () => {
    honest?.close()
    lying?.close()
    await site?.close()
  })

  const prove = async (nodes, address) => {
    const page = await site.open()
    const sources = Object.fromEntries(['beacon', 'l1', 'l2'].map((source) => [source, nodes.url(source)]))
    const fields = {
      network: JSON.stringify(network),
      checkpoint: network.l1.checkpointRoot,
      ...sources,
      now: String(truthAt(moment).now),
      address,
    }
    for (const [name, value] of Object.entries(fields)) await page.fill(`[name=${name}]`, value)
    await page.click('button')
    await page.waitForFunction(() => /wei|Refused/.test(document.querySelector('output').textContent))
    assert.deepEqual(await violations(page), [])
    const found = await page.locator('output').textContent()
    await page.context().close()
    return found
  }

  it('proves a balance', async () => {
    const { posted, balanceOf } = truthAt(moment)
    const found = await prove(honest, alice)
    assert.ok(found.startsWith(`${balanceOf(alice)} wei at block ${posted}, Final`), found)
  })

  it('refuses a lie', async () => {
    assert.match(await prove(lying, alice), /^Refused: .*storageProof/)
  })

  it('says what is no address', async () => {
    assert.match(await prove(honest, '0x12'), /^Refused: /)
  })
})
