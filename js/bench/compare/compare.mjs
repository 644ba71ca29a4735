// Our package beside Helios and Colibri, in one run on one machine: npm --prefix js run compare [-- --rounds N]
//
// It prints and never fails on a figure: times are those of this machine and hour, and a goal that is missed is named so.
// Needs js/dist, Chromium, the recorded chain data (its balance is what our page is asked for) and, the first time, a registry.

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Places, run } from '../../test/hosts/support/place.mjs'
import { contenders, folders } from './contenders.mjs'
import { fileName, openPages } from './pages.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } })
const rounds = Number(values.rounds)
const names = Object.keys(contenders)
const ours = names.filter((name) => name.startsWith('metis-light'))
const theirs = names.filter((name) => !ours.includes(name))

install()
const places = new Places()
try {
  await places.begin()
  const place = places.make(modules(), here)
  const { now, network, checkpoint, honest, limits, address, block } = places.given
  const given = { now, network, checkpoint, limits, ...honest }
  writeFileSync(path.join(place, 'given.json'), JSON.stringify(given))
  const pages = await openPages(place, names)
  try {
    await printBytes(pages, given, { address, block })
    const inNode = async (name) =>
      Number(await run('node', ['node.mjs', `${fileName(name)}.node.mjs`, 'given.json'], { cwd: place }))
    await printTimes(`Node ${process.versions.node}`, inNode)
    await printTimes(`Chromium ${pages.browser.version()}`, (name) => pages.milliseconds(name, given))
    printFolders(place)
  } finally {
    await pages.close()
  }
} finally {
  await places.end()
}

/** The packages that package-lock.json names, where they are not there. */
function install() {
  if (existsSync(path.join(here, 'node_modules'))) return
  execFileSync('npm', ['--prefix', here, 'ci', '--loglevel=error', '--no-audit', '--no-fund'], { stdio: 'inherit' })
}

function modules() {
  const files = { 'node.mjs': readFileSync(path.join(here, 'node.mjs'), 'utf8') }
  for (const [name, texts] of Object.entries(contenders)) {
    for (const [host, text] of Object.entries(texts)) files[`${fileName(name)}.${host}.mjs`] = text
  }
  return files
}

async function printBytes(pages, given, question) {
  console.log('\nWhat a page loads before its first proven balance: bytes after brotli, of what Vite made of it')
  const sums = {}
  for (const name of names) {
    const isOurs = ours.includes(name)
    const { js, wasm, files, balance } = await pages.bytes(name, given, isOurs && question)
    if (isOurs && balance !== places.expected.balance) throw new Error(`${name} says ${balance}`)
    sums[name] = js + wasm
    const until = isOurs ? 'the balance is there' : 'it is ready'
    line(name, `${bytes(js + wasm)}  JS ${bytes(js)}, wasm ${bytes(wasm)}, in ${files} files until ${until}`)
  }
  goal('slim ÷ Colibri', sums['metis-light/slim'] / sums.Colibri, 0.5)
  goal('slim ÷ Helios', sums['metis-light/slim'] / sums.Helios, 0.15)
  goal('inline ÷ slim', sums['metis-light'] / sums['metis-light/slim'], 1.3)
}

/** Contenders take turns: a machine that is busy for a while is so for all of them. */
async function printTimes(host, measure) {
  const times = Object.fromEntries(names.map((name) => [name, []]))
  // Not counted: what has to come from the disk.
  for (const name of names) await measure(name)
  const order = [...names]
  for (let round = 0; round < rounds; round += 1) {
    for (const name of order) times[name].push(await measure(name))
    order.push(order.shift())
  }
  console.log(`\n${host}: milliseconds from import to ready, of ${rounds} fresh ones each`)
  for (const name of names) line(name, `best ${Math.min(...times[name]).toFixed(1)}, median ${median(times[name]).toFixed(1)}`)
  const atMost = { Colibri: 1, Helios: 0.1 }
  for (const one of ours) {
    for (const other of theirs) {
      const ratios = times[one].map((time, round) => time / times[other][round])
      goal(`${one} ÷ ${other}, median of the rounds`, median(ratios), atMost[other])
    }
  }
}

function printFolders(place) {
  console.log('\nThe package unpacked: bytes, without its dependencies')
  for (const [name, folder] of Object.entries(folders)) {
    const above = name === 'metis-light' ? place : here
    const size = sizeOf(path.join(above, 'node_modules', folder))
    line(name, bytes(size))
    if (name === 'metis-light') goal('of 1 MB', size / 1e6, 1)
  }
}

function sizeOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => statSync(path.join(folder, name)))
    .filter((entry) => entry.isFile())
    .reduce((sum, { size }) => sum + size, 0)
}

function goal(name, ratio, atMost) {
  console.log(`  ${ratio.toFixed(3).padStart(10)}  ${name}: goal ${atMost}, ${ratio <= atMost ? 'met' : 'MISSED'}`)
}

function line(name, text) {
  console.log(`  ${name.padEnd(18)}${text}`)
}

function bytes(number) {
  return number.toLocaleString('en')
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}
