// The wallet's screen in Chromium, over the recording served by URLs.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { violations } from './support/axe.mjs'
import { startPage } from './support/browser.mjs'
import { moreMetis, network, startNodes, truthAt, withdrawal } from './support/recording.mjs'

const phases = {
  'not-posted': 'Waiting for its batch',
  'in-window': 'Can be relayed in 3 minutes',
  ready: 'Ready: relay it to be paid',
  relayed: 'Paid on Ethereum',
}

describe("the wallet's screen", () => {
  let site
  const nodes = {}
  before(async () => {
    site = await startPage('wallet')
    for (const name of Object.keys(phases)) nodes[name] = await startNodes(name)
    nodes.lying = await startNodes('ready', moreMetis)
  })
  after(async () => {
    for (const one of Object.values(nodes)) one.close()
    await site.close()
  })

  const query = (moment, of) => {
    const file = `data:application/json,${encodeURIComponent(JSON.stringify(network))}`
    const urls = Object.fromEntries(
      ['beacon', 'l1', 'l2'].map((source) => [source, of.map((one) => one.url(source)).join(',')]),
    )
    const { checkpointRoot: checkpoint } = network.l1
    return `?${new URLSearchParams({ network: file, checkpoint, ...urls, now: truthAt(moment).now })}`
  }
  const add = async (page) => {
    await page.fill('[name=hash]', withdrawal.txHash)
    await page.click('#add button')
  }

  for (const [moment, phase] of Object.entries(phases)) {
    it(`shows a withdrawal that is ${moment}`, async () => {
      const page = await site.open({ query: query(moment, [nodes[moment]]) })
      await add(page)
      await page.waitForSelector(`.phase:has-text("${phase}")`)
      if (moment !== 'not-posted') assert.equal(await page.locator('.amount').textContent(), '1 METIS')
      assert.equal(await page.locator('li button').count(), moment === 'ready' ? 1 : 0)
      assert.deepEqual(await violations(page), [])
      await page.context().close()
    })
  }

  it('relays it with the wallet of the page', async () => {
    const before = (page) =>
      page.addInitScript(() => {
        window.ethereum = {
          async request({ method, params }) {
            if (method === 'eth_requestAccounts') return [`0x${'11'.repeat(20)}`]
            window.sent = params[0]
            return `0x${'22'.repeat(32)}`
          },
        }
      })
    const page = await site.open({ query: query('ready', [nodes.ready]), before })
    await add(page)
    await page.click('li button')
    await page.waitForSelector('li button:has-text("Sent")')
    const { to, data } = await page.evaluate(() => window.sent)
    assert.equal(to.toLowerCase(), withdrawal.relay.to.toLowerCase())
    assert.ok(data === withdrawal.relay.calldata, 'another call')
    await page.context().close()
  })

  it('remembers, and goes on from what it had verified', async () => {
    const page = await site.open({ query: query('in-window', [nodes['in-window']]) })
    await add(page)
    await page.waitForSelector('.phase')
    await page.goto(page.url().replace(/\?.*/, query('relayed', [nodes.relayed])))
    await page.waitForSelector(`.phase:has-text("${phases.relayed}")`)
    await page.context().close()
  })

  it('shows nothing of what a node lies about, and the truth where another node stands beside it', async () => {
    const alone = await site.open({ query: query('ready', [nodes.lying]) })
    await add(alone)
    await alone.waitForSelector('.failure:has-text("INVALID_PROOF")')
    assert.equal(await alone.locator('.amount').count(), 0)
    await alone.context().close()
    const beside = await site.open({ query: query('ready', [nodes.lying, nodes.ready]) })
    await add(beside)
    await beside.waitForSelector(`.phase:has-text("${phases.ready}")`)
    await beside.context().close()
  })

  it('looks again, and shows what has become of it', async () => {
    const changing = await startNodes('ready')
    try {
      const page = await site.open({ query: query('relayed', [changing]), before: (page) => page.clock.install() })
      await add(page)
      await page.waitForSelector(`.phase:has-text("${phases.ready}")`)
      changing.show('relayed')
      await page.clock.fastForward(60_000)
      await page.waitForSelector(`.phase:has-text("${phases.relayed}")`)
      await page.context().close()
    } finally {
      changing.close()
    }
  })
})
