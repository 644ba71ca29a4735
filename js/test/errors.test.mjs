import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'
import { errorOf } from '../dist/errors.js'
import { errorCodes, LightClientError } from '../dist/index.js'
import { root } from './support/paths.mjs'

it('each code has its class, its number and its place in the documentation', () => {
  const names = new Set()
  for (const code of errorCodes) {
    const error = errorOf(code, 'a message', { rule: 'a.rule' })
    assert.ok(error instanceof LightClientError && error instanceof Error)
    assert.equal(error.code, code)
    assert.equal(error.name, error.constructor.name)
    names.add(error.name)
    const [file, anchor] = error.docsPath.split('#')
    const headings = [...readFileSync(path.join(root, file), 'utf8').matchAll(/^## (.+)$/gm)].map(([, text]) => text.toLowerCase())
    assert.ok(headings.includes(anchor), `${file} has no heading ${anchor}`)
    const row = readFileSync(path.join(root, file), 'utf8').split('\n').find((line) => line.startsWith(`| [\`${code}\``))
    assert.ok(row.includes(error.name) && row.includes(String(error.rpcCode)), row)
  }
  assert.equal(names.size, errorCodes.length)
})

it('an error can be walked down to its cause', () => {
  const cause = new TypeError('below')
  const error = errorOf('UNAVAILABLE', 'above', {}, { cause: errorOf('UNAVAILABLE', 'between', {}, { cause }) })
  assert.equal(error.walk(), cause)
  assert.equal(error.walk((one) => one instanceof TypeError), cause)
  assert.equal(error.walk((one) => one instanceof RangeError), null)
  assert.equal(error.walk((one) => one === error), error)
})
