// The page examples/browser in Chromium: everything on it clicked through, over the recording inside and over nodes by URL.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { violations } from './support/axe.mjs'
import { startPage } from './support/browser.mjs'
import { serveAttestations } from '../../js/test/support/attestations.mjs'
import { alice, expected, moreMetis, network, networkFile, startNodes, truthAt, withdrawal } from './support/recording.mjs'

const rungs = ['checkpoint', 'committees', 'l1', 'contracts', 'batch', 'root', 'answer']

/** Where each lie must be found out, by what is asked. */
const always = {
  'other-root': 'batch',
  'short-window': 'contracts',
  'other-header': 'l1',
  'too-few': 'committees',
  'other-beginning': 'checkpoint',
  silence: 'committees',
}
const brokenBy = {
  [alice]: { 'more-metis': 'answer', 'old-state': 'answer', ...always },
  [withdrawal.txHash]: { 'never-sent': 'answer', ...always },
}

const words = { 'not-committed': 'Sent', 'in-window': 'In window', ready: 'Ready', relayed: 'Relayed' }

describe('the page', () => {
  let site
  before(async () => (site = await startPage('browser')))
  after(() => site.close())

  const ended = (page) =>
    page.waitForFunction(() => ['proven', 'refused', 'none'].includes(document.querySelector('#answer').dataset.outcome))
  const outcome = (page) => page.locator('#answer').getAttribute('data-outcome')
  const stateOf = (page, rung) => page.locator(`#rung-${rung}`).getAttribute('data-state')
  const states = (page) => Promise.all(rungs.map((rung) => stateOf(page, rung)))

  /** Does something that begins a climb, and waits for its end. */
  const climb = async (page, act) => {
    await page.evaluate(() => (document.querySelector('#answer').dataset.outcome = 'before'))
    await act()
    await ended(page)
  }
  const askFor = (page, text) =>
    climb(page, async () => {
      await page.fill('#question', text)
      await page.click('#prove')
    })
  const open = async (options) => {
    const page = await site.open(options)
    await ended(page)
    return page
  }

  it('climbs at once, on what is recorded', async () => {
    const page = await open()
    assert.equal(await outcome(page), 'proven')
    assert.deepEqual(
      await states(page),
      rungs.map(() => 'holds'),
    )
    const { finalized, now, messages } = truthAt('in-window')
    const left = finalized.timestamp + messages[0].secondsLeft - now
    assert.equal(await page.locator('.countdown strong').textContent(), `${Math.floor(left / 60)} min ${left % 60} s`)
    assert.match(await page.locator('#rung-l1 .fact').textContent(), new RegExp(`Block ${finalized.blockNumber}, finalized`))
    await page.context().close()
  })

  it('shows the withdrawal in each of its phases, and the call that relays it', async () => {
    const page = await open()
    for (const { name } of expected.phases) {
      await climb(page, () => page.check(`[value=${name}]`))
      const { status } = truthAt(name)
      assert.equal(await page.locator('.phases [aria-current]').textContent(), words[status], name)
      assert.equal(await outcome(page), status === 'not-committed' ? 'none' : 'proven')
      const calls = await page.locator('[aria-label=Calldata]').allTextContents()
      assert.ok(status === 'ready' ? calls[0] === withdrawal.relay.calldata : calls.length === 0, `the calldata at ${name}`)
    }
    await page.context().close()
  })

  it('shows a balance as it was at each moment, and how firm it is', async () => {
    const page = await open()
    await askFor(page, alice)
    for (const { name } of expected.phases) {
      await climb(page, () => page.check(`[value=${name}]`))
      const { balanceOf, batches } = truthAt(name)
      assert.equal(weiOf(await page.locator('.big').textContent()), balanceOf(alice), name)
      // All the words of the recording's verifiers are there at once where motion is unwanted.
      const finality = batches.at(-1).verdict === 'final' ? 'Final' : 'Attested'
      assert.equal(await page.locator('.pill').textContent(), finality)
    }
    await page.context().close()
  })

  it('says what cannot be asked', async () => {
    const page = await open()
    await page.fill('#question', '0x1234')
    await page.click('#prove')
    assert.match(await page.locator('#ask-hint').textContent(), /neither an address nor a transaction/)
    await askFor(page, `0x${'77'.repeat(32)}`)
    assert.equal(await outcome(page), 'none')
    assert.match(await page.locator('#answer').textContent(), /Nobody answers/)
    assert.ok(!(await states(page)).includes('broken'), 'nobody has lied')
    await page.context().close()
  })

  it('opens each rung to its raw proof', async () => {
    const page = await open()
    const bundle = JSON.parse(await readFile(await (await downloaded(page)).path()))
    const raw = async (rung) => {
      await page.locator(`#rung-${rung} summary`).click()
      const all = page.locator(`#rung-${rung} pre`)
      assert.ok(await all.first().isVisible())
      return all.allTextContents()
    }
    assert.equal((await raw('l1'))[0], bundle.execution)
    assert.deepEqual(JSON.parse((await raw('contracts'))[0]), bundle.registry)
    assert.deepEqual(JSON.parse((await raw('batch'))[0]), bundle.batch)
    assert.deepEqual(JSON.parse((await raw('root'))[0]), bundle.block)
    assert.deepEqual(JSON.parse((await raw('answer'))[0]), bundle.proves)
    const chain = [...(await raw('checkpoint')), ...(await raw('committees'))]
    assert.ok(chain.length >= 2 && chain.every((frame) => frame.length > 2 && bundle.consensus.includes(frame.slice(2))))
    await page.context().close()
  })

  for (const [asked, rungOf] of Object.entries(brokenBy)) {
    it(`refuses each lie about ${asked} at its rung, and is told the truth by an honest source`, async () => {
      const page = await open()
      await askFor(page, asked)
      const truth = await page.locator('.big').textContent()
      await climb(page, () => page.check('#lie'))
      const lies = await page.locator('#which-lie option').evaluateAll((all) => all.map(({ value }) => value))
      assert.deepEqual(lies.toSorted(), Object.keys(rungOf).toSorted())
      for (const lie of lies) {
        await page.selectOption('#which-lie', lie)
        await climb(page, () => page.click('#prove'))
        assert.equal(await outcome(page), 'refused', lie)
        const place = rungs.indexOf(rungOf[lie])
        const wanted = rungs.map((_, at) => (at < place ? 'holds' : at === place ? 'broken' : 'beyond'))
        assert.deepEqual(await states(page), wanted, lie)
        assert.equal(await page.locator('.big').textContent(), 'Refused')
        if (lie === 'silence') {
          assert.ok(await page.locator('#beside').isDisabled())
          continue
        }
        await climb(page, () => page.check('#beside'))
        assert.equal(await outcome(page), 'proven', lie)
        assert.equal(await page.locator('.big').textContent(), truth, lie)
        assert.match(await page.locator(`#rung-${rungOf[lie]} .note`).textContent(), /was caught here/)
        await climb(page, () => page.uncheck('#beside'))
      }
      await climb(page, () => page.uncheck('#lie'))
      assert.equal(await page.locator('.big').textContent(), truth)
      assert.equal(await page.locator('.caught').count(), 0)
      await page.context().close()
    })
  }

  it('says where a lie made no difference', async () => {
    const page = await open()
    await climb(page, () => page.check('[value=not-posted]'))
    await climb(page, () => page.check('#lie'))
    assert.equal(await page.locator('#which-lie').inputValue(), 'never-sent')
    assert.match(await page.locator('#answer').textContent(), /made no difference/)
    assert.equal(await outcome(page), 'none')
    await page.context().close()
  })

  it('draws what is posted and what is final', async () => {
    const page = await open()
    const title = async (name) => {
      const at = new Date(truthAt(name).finalized.timestamp * 1000).toISOString().slice(11, 19)
      await page.waitForFunction((at) => document.querySelector('#chart-title')?.textContent.includes(at), at)
      return page.locator('#chart-title').textContent()
    }
    assert.match(await title('in-window'), /posted up to block 4, and final up to block 0/)
    await climb(page, () => page.check('[value=relayed]'))
    assert.match(await title('relayed'), /posted up to block 4, and final up to block 4/)
    await page.locator('#chart summary').click()
    const rows = await page.locator('#chart tbody tr').allTextContents()
    assert.equal(rows.length, truthAt('relayed').scc.batchCount)
    await page.context().close()
  })

  it('checks a proof that was downloaded, and refuses it spoiled', async () => {
    const page = await open()
    for (const asked of [withdrawal.txHash, alice]) {
      await askFor(page, asked)
      const bundle = await readFile(await (await downloaded(page)).path())
      const check = async (buffer) => {
        await page.evaluate(() => document.querySelector('#checked').removeAttribute('data-outcome'))
        await page.setInputFiles('#file', { name: 'proof.json', mimeType: 'application/json', buffer })
        await page.waitForFunction(() => document.querySelector('#checked').dataset.outcome)
        return page.locator('#checked').getAttribute('data-outcome')
      }
      assert.equal(await check(bundle), 'proven')
      assert.equal(await page.locator('#checked .big').textContent(), await page.locator('#answer .big').textContent())
      const spoiled = JSON.parse(bundle)
      spoiled.block.stateRoot = spoiled.block.stateRoot.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
      assert.equal(await check(Buffer.from(JSON.stringify(spoiled))), 'refused')
      assert.equal(await check(Buffer.from('no proof')), 'refused')
    }
    await page.context().close()
  })

  it('takes a proof that is dropped', async () => {
    const page = await open()
    const bundle = (await readFile(await (await downloaded(page)).path())).toString()
    await page.evaluate((text) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([text], 'proof.json'))
      document.querySelector('#drop').dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }))
    }, bundle)
    await page.waitForFunction(() => document.querySelector('#checked').dataset.outcome === 'proven')
    await page.context().close()
  })

  it('copies the calldata, and hands it to a wallet', async () => {
    const wallet = (page) =>
      page.addInitScript(() => {
        window.ethereum = {
          request: async ({ method, params }) => {
            if (method === 'eth_requestAccounts') return [`0x${'11'.repeat(20)}`]
            window.sent = params[0]
            return `0x${'22'.repeat(32)}`
          },
        }
      })
    const page = await open({ before: wallet, permissions: ['clipboard-read', 'clipboard-write'] })
    await climb(page, () => page.check('[value=ready]'))
    await page.click('text=Copy calldata')
    await page.waitForSelector('text=Copied')
    assert.ok((await page.evaluate(() => navigator.clipboard.readText())) === withdrawal.relay.calldata)
    await page.click('text=Send with wallet')
    await page.waitForSelector('text=Sent: 0x222222')
    const sent = await page.evaluate(() => window.sent)
    assert.equal(sent.to.toLowerCase(), withdrawal.relay.to.toLowerCase())
    assert.ok(sent.data === withdrawal.relay.calldata)
    await page.context().close()
  })

  it('asks the nodes that the visitor names', async () => {
    const honest = await startNodes('ready')
    const lying = await startNodes('ready', moreMetis)
    try {
      const page = await open()
      await page.check('[value=named]')
      const name = async (nodes, file = networkFile) => {
        await page.fill('[name=checkpoint]', network.l1.checkpointRoot)
        for (const source of ['beacon', 'l1', 'l2']) await page.fill(`[name=${source}]`, nodes.url(source))
        await page.locator('#named details').evaluate((details) => (details.open = true))
        await page.fill('[name=networkFile]', typeof file === 'string' ? file : (await readFile(file)).toString())
        await page.fill('[name=now]', String(truthAt('ready').now))
        await page.click('#named button[type=submit]')
      }
      await name(honest)
      await askFor(page, alice)
      assert.equal(weiOf(await page.locator('.big').textContent()), truthAt('ready').balanceOf(alice))
      await askFor(page, withdrawal.txHash)
      assert.equal(await page.locator('.phases [aria-current]').textContent(), 'Ready')
      await name(lying)
      await askFor(page, alice)
      assert.equal(await outcome(page), 'refused')
      assert.equal(await stateOf(page, 'answer'), 'broken')
      await name(honest, '{ "no": "network" }')
      assert.match(await page.locator('#named-state').textContent(), /cannot be read/)
      await page.context().close()
    } finally {
      honest.close()
      lying.close()
    }
  })

  it('shows what verifiers say while the window is open, and nothing of them afterwards', async () => {
    const page = await open()
    assert.equal(await page.locator('.track [aria-current]').textContent(), 'Attested')
    assert.match(await page.locator('.weight').textContent(), /80 % of the weight agree. 66.8 % are needed/)
    assert.match(await page.locator('.firmness .contested').textContent(), /Contested: verifiers with 20 %/)
    // A withdrawal waits all the same.
    assert.equal(await page.locator('.phases [aria-current]').textContent(), 'In window')
    await page.locator('.caveats summary').click()
    assert.match(await page.locator('.caveats').textContent(), /nothing on L1 slashes a false statement/)
    await climb(page, () => page.check('[value=ready]'))
    assert.deepEqual([await page.locator('.firmness').count(), await page.locator('.pill').textContent()], [0, 'Final'])
    await page.context().close()
  })

  it('shows their weight as it arrives', async () => {
    const page = await open({ reducedMotion: 'no-preference' })
    // Nobody has spoken when they are first asked.
    assert.match(await page.locator('.weight').textContent(), /with 0 % of the weight agree. 66.8 % are needed, and 3 more to sign/)
    assert.equal(await page.locator('.pill').textContent(), 'Posted')
    await page.waitForFunction(() => document.querySelector('.weight').textContent.includes('80 %'))
    assert.equal(await page.locator('.track [aria-current]').textContent(), 'Attested')
    assert.equal(await page.locator('.pill').textContent(), 'Attested')
    await page.waitForSelector('.firmness .contested')
    await page.context().close()
  })

  it('the words of the recording are those that its keys sign', async () => {
    const { attestations } = await import('../browser/sign-attestations.mjs')
    const file = new URL('../browser/src/attestations.json', import.meta.url)
    assert.deepEqual(JSON.parse(await readFile(file)), await attestations())
  })

  it('asks a server of attestations that the visitor names, and believes nobody who is not in the set', async () => {
    const { batches, verifiers } = JSON.parse(await readFile(new URL('../browser/src/attestations.json', import.meta.url)))
    const told = { 1: batches[1] }
    const nodes = await startNodes('in-window')
    const words = await serveAttestations(told)
    try {
      const weight = async (list) => {
        const { checkpointRoot: checkpoint } = network.l1
        const [beacon, l1, l2] = ['beacon', 'l1', 'l2'].map((source) => nodes.url(source))
        const file = JSON.stringify({ ...network, verifiers: list.map(({ address, weight }) => ({ address, weight: Number(weight) })) })
        const given = { beacon, l1, l2, checkpoint, attestations: words.url, networkFile: file, now: truthAt('in-window').now }
        const page = await site.open({ query: `?${new URLSearchParams(given)}` })
        await askFor(page, withdrawal.txHash)
        assert.equal(await outcome(page), 'proven')
        const found = [await page.locator('.pill').textContent(), await page.locator('.weight').textContent()]
        await page.context().close()
        return found
      }
      const [finality, agree] = await weight(verifiers)
      assert.deepEqual([finality, /^Verifiers with 80 %/.test(agree)], ['Attested', true])
      const strangers = verifiers.map(({ address, ...rest }) => ({ ...rest, address: address.replace(/.$/, (last) => (last === '0' ? '1' : '0')).toLowerCase() }))
      const [posted, none] = await weight(strangers)
      assert.deepEqual([posted, /^Verifiers with 0 %/.test(none)], ['Posted', true])
      assert.ok(words.asked.every((path) => path === '/v1/attestations/1088/1'))
    } finally {
      nodes.close()
      words.close()
    }
  })

  it('is worked with the keyboard', async () => {
    const page = await open()
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the question')
    await page.focus('[value=in-window]')
    await climb(page, () => page.keyboard.press('ArrowRight'))
    assert.ok(await page.isChecked('[value=ready]'))
    await page.focus('#question')
    await page.keyboard.press('Control+A')
    await page.keyboard.type(alice)
    await climb(page, () => page.keyboard.press('Enter'))
    assert.equal(weiOf(await page.locator('.big').textContent()), truthAt('ready').balanceOf(alice))
    await page.focus('#lie')
    await climb(page, () => page.keyboard.press('Space'))
    assert.equal(await outcome(page), 'refused')
    await page.focus('#rung-answer summary')
    await page.keyboard.press('Enter')
    assert.ok(await page.locator('#rung-answer pre').first().isVisible())
    await page.context().close()
  })

  for (const [width, colorScheme] of [
    [320, 'dark'],
    [390, 'light'],
    [1280, 'dark'],
    [1280, 'light'],
  ]) {
    it(`has nothing that axe minds, and nothing that sticks out, ${width} wide and ${colorScheme}`, async () => {
      const page = await open({ viewport: { width, height: 900 }, colorScheme })
      const look = async (what) => {
        const minded = await violations(page)
        assert.deepEqual(minded, [], what)
        const room = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        assert.ok(room <= 0, `${what}: ${room} pixels stick out`)
      }
      await page.locator('#rung-contracts summary').click()
      await page.locator('.caveats summary').click()
      await look('in its window')
      await climb(page, () => page.check('[value=ready]'))
      await look('ready')
      await climb(page, () => page.check('#lie'))
      await look('refused')
      await page.check('[value=named]')
      await page.locator('#named details').evaluate((details) => (details.open = true))
      await look('own nodes')
      await page.context().close()
    })
  }

  it('changes its colours when it is told to', async () => {
    const page = await open({ colorScheme: 'light' })
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await paper()
    await page.click('#theme')
    assert.notEqual(await paper(), light)
    await page.click('#theme')
    assert.equal(await paper(), light)
    await page.context().close()
  })
})

async function downloaded(page) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('#download')])
  return file
}

/** The wei of an amount as the page writes it. */
function weiOf(text) {
  const [, whole, rest = ''] = text.match(/^([\d,]+)(?:\.(\d+))? METIS$/)
  return BigInt(whole.replaceAll(',', '')) * 10n ** 18n + BigInt(rest.padEnd(18, '0'))
}
