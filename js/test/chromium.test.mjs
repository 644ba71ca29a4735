// The npm package in a page, started the way a page starts it: by the URL of its own module.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { it } from 'node:test'
import { directory, withPage } from './support/browser.mjs'
import { packageDirectory } from './support/package.mjs'
import { inCi, vectors } from './support/paths.mjs'
import { read, spoil, withdrawals } from './support/samples.mjs'

const skip = !existsSync(vectors) && !inCi && `${vectors} does not exist`

it('a page accepts a withdrawal and refuses its spoiled twin', { skip }, async () => {
  const [{ file, lie }] = withdrawals
  const inputs = [read(file), spoil(read(file), lie)].map((value) => JSON.stringify(value))
  const [accepted, refused] = await withPage({ '/pkg/': directory(packageDirectory) }, (page) =>
    page.evaluate(async (inputs) => {
      const metis = await import('/pkg/metis_light.js')
      await metis.default()
      return inputs.map((input) => {
        try {
          return { checked: metis.verifyWithdrawal(input).checked.length }
        } catch (error) {
          return { code: error.code, message: error.message }
        }
      })
    }, inputs),
  )
  assert.equal(accepted.checked, 1, accepted.message)
  assert.equal(refused.code, 'INVALID_PROOF')
})
