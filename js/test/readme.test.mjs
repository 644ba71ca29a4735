// The snippets of the two READMEs, run as they stand there: over what was recorded, in place of the elided URLs and hashes, and
// with the names that a reader has of his own.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import * as ethers from 'ethers'
import * as viem from 'viem'
import * as core from '../dist/index.js'
import * as actions from '../dist/viem.js'
import { keys, signed, source, statement, verifiers } from './support/attestations.mjs'
import { world } from './support/golden.mjs'
import { inCi, vectors } from './support/paths.mjs'

const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`
const AsyncFunction = (async () => undefined).constructor

for (const name of ['../../README.md', '../README.md']) {
  describe(`the snippets of ${name}`, { skip }, () => {
    const honest = world('1-happy', 'ready')
    const told = honest.expected.balances.find(({ l2Block, who }) => l2Block === 55 && who === 'user1')
    // The first snippet makes it, and the others have it.
    let client
    const shown = []
    const modules = {
      'metis-light': { ...core, createLightClient: async (options) => (client = await open(options)) },
      'metis-light/viem': actions,
      viem,
      ethers,
    }
    /** As a reader calls it, but for what he would have to fill in. */
    const open = async ({ network, checkpoint, l1, l2, ...rest }) => {
      assert.ok(network && checkpoint && l1.beacon && l1.execution && l2, 'something that every client needs')
      // The recording has no verifiers.
      const attestations = source({ 3: await signed(honest, keys, statement(honest, 3)) })
      return core.createLightClient({ ...honest.options, verifiers, attestations, ...rest })
    }
    const own = () => ({
      client,
      hash: honest.expected.messages[1].txHash,
      signal: AbortSignal.timeout(60_000),
      show: (phase) => shown.push(phase),
      window: { ethereum: client?.provider },
      metis: viem.defineChain({ id: 1088, name: 'Metis', nativeCurrency: { name: 'METIS', symbol: 'METIS', decimals: 18 }, rpcUrls: { default: { http: [] } } }),
      fromBlock: 43n,
      toBlock: 55n,
      address: undefined,
      topics: undefined,
    })

    for (const [place, code] of snippets(name).entries()) {
      it(`number ${place + 1}`, { timeout: 120_000 }, async () => {
        const { names, results } = await run(code, own(), modules, { address: told.account, hash: honest.expected.messages[1].txHash })
        assert.ok(names.length > 0, 'it gives nothing')
        for (const name of names) assert.notEqual(results[name], undefined, `${name} is undefined`)
        if ('value' in results && typeof results.value === 'bigint') assert.equal(String(results.value), told.metis)
        if (results.ethers) assert.equal(String(await results.ethers.getBalance(told.account)), told.metis)
        if (results.viem) assert.equal(String(await results.viem.getBalance({ address: told.account })), told.metis)
        if ('phase' in results) assert.equal(results.phase, 'ready-to-relay')
        if ('data' in results) assert.match(results.data, /^0x[0-9a-f]{8}/)
        results.unwatch?.()
      })
    }

    it('closes', async () => {
      await client.close()
      if (name === '../README.md') assert.ok(shown.length > 0, 'what is watched was never shown')
    })
  })
}

/** The blocks of JavaScript in a document. */
function snippets(name) {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8')
  const found = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code)
  assert.ok(found.length > 0, `${name} has no snippet`)
  return found
}

/** Runs one, with imports from `modules`; what it declares comes back by name. */
async function run(code, own, modules, elided) {
  const filled = code
    .replace(/^import \{ ([^}]*) \} from '([^']*)'$/gm, (_, names, from) => `const { ${names} } = modules['${from}']`)
    .replace(/\b(address|hash): '0x…'/g, (_, name) => `${name}: '${elided[name]}'`)
  const declared = [...filled.matchAll(/^const (\w+|[{[][^=]*[}\]]) =/gm)].filter(([line]) => !line.includes('modules['))
  const names = declared.flatMap(([, target]) => target.match(/\w+(?=\s*[,}\]]|$)/g))
  // A snippet may declare what an earlier one did.
  const given = Object.entries(own).filter(([name]) => !new RegExp(`^(const|import) .*\\b${name}\\b.* (=|from) `, 'm').test(code))
  const body = `'use strict'\n${filled}\nreturn { ${names.join(', ')} }`
  const results = await new AsyncFunction('modules', ...given.map(([name]) => name), body)(modules, ...given.map(([, value]) => value))
  return { names, results }
}
