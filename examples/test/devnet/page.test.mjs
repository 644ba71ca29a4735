// The page examples/browser over the local network of devnet/: a real chain that goes on while the page looks at it.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { startPage } from '../support/browser.mjs'

const isThere =
  process.platform === 'linux' &&
  process.arch === 'x64' &&
  existsSync(new URL('../../../devnet/node_modules', import.meta.url))
const skip = !isThere && 'the local network needs x86-64 Linux and `scripts/setup.sh devnet`'

describe('the page on the local network', { skip }, () => {
  let site, world, page, sent, posted
  before(async () => {
    const { startWorld } = await import('../../../devnet/src/world.mjs')
    ;[site, world] = await Promise.all([startPage('browser'), startWorld({ execution: 'ethereumjs' })])
  })
  after(async () => {
    await site?.close()
    await world?.stop()
  })

  const ask = async (text) => {
    await page.evaluate(() => (document.querySelector('#answer').dataset.outcome = 'before'))
    await page.fill('#question', text)
    await page.click('#prove')
    await page.waitForFunction(() =>
      ['proven', 'refused', 'none'].includes(document.querySelector('#answer').dataset.outcome),
    )
  }
  /** The network's time has moved: it passes by slots, and not by the clock. */
  const takeTime = async (ahead = 0) => {
    await page.fill('[name=now]', String(world.l1.now() + ahead))
    await page.click('#named button[type=submit]')
  }
  const phase = () => page.locator('.phases [aria-current]').textContent()

  it('takes the network as its address names it', async () => {
    await world.deposit({ amount: 5n * 10n ** 18n })
    await world.addL2Blocks(2)
    await world.postBatch()
    await world.finalize()
    const { beacon, l1, l2 } = world.urls
    const networkFile = JSON.stringify(world.network())
    const { checkpoint } = world
    page = await site.open({
      query: `?${new URLSearchParams({ beacon, l1, l2, checkpoint, networkFile, now: world.l1.now() })}`,
    })
    assert.ok(await page.isChecked('[value=named]'))
  })

  it('shows a balance', async () => {
    const { actors } = await import('../../../devnet/src/rollup/index.mjs')
    const { metisOf } = await import('../../../devnet/test/e2e/support/l2.mjs')
    await ask(actors.alice.address)
    const wei = await metisOf(world, actors.alice.address, world.postedBlock)
    assert.equal((await page.locator('.big').textContent()).replace(/\D/g, ''), String(wei).replace(/0+$/, ''))
    assert.equal(await page.locator('.rung[data-state=holds]').count(), 7)
  })

  it('follows a withdrawal from its sending to its payment', async () => {
    sent = await world.withdraw({ amount: 3n * 10n ** 18n })
    await takeTime()
    await ask(sent.transactionHash)
    assert.equal(await phase(), 'Sent')

    posted = await world.postBatch()
    await world.finalizeUntil(posted.timestamp)
    await takeTime()
    await ask(sent.transactionHash)
    assert.equal(await phase(), 'In window')
    assert.equal(await page.locator('.big').textContent(), '3 METIS')

    await world.finalizeUntil(posted.timestamp + world.rollup.window)
    await takeTime()
    await ask(sent.transactionHash)
    assert.equal(await phase(), 'Ready')
    const calldata = await page.locator('[aria-label=Calldata]').textContent()
    assert.equal((calldata.length - 10) % 64, 0)
  })

  it('sees by itself that it was paid', async () => {
    // The page's clock must not stay behind the slots that follow, nor be a committee period ahead of them.
    await takeTime(200)
    await ask(sent.transactionHash)
    await world.relay(sent.transactionHash)
    await world.finalize()
    // It looks again after twelve seconds.
    await page.waitForFunction(() => document.querySelector('.phases [aria-current]').textContent === 'Relayed')
  })

  it('draws the batches that are posted', async () => {
    await page.waitForSelector('#chart svg')
    await page.locator('#chart summary').click()
    assert.equal(await page.locator('#chart tbody tr').count(), world.batches.length)
  })

  it('refuses a lie', async () => {
    await page.check('#lie')
    await page.waitForFunction(() => document.querySelector('#answer').dataset.outcome === 'refused')
  })
})
