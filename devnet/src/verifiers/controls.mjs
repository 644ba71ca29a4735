// The controls of the five verifiers: what they say, what becomes of their nodes, and what they have locked.

import { parseEther } from 'viem'
import { Refusal } from '../http.mjs'
import { sayings } from './puppet.mjs'

/**
 * Controls like those of `src/control.mjs`. Each takes the name of a verifier, by default of the one who stands for it.
 *
 * @param {import('./cast.mjs').Cast} cast
 * @returns {typeof import('../control.mjs').controls}
 */
export function controlsOf({ members }) {
  function member(name) {
    if (!Object.hasOwn(members, name)) throw new Refusal(400, `the verifiers are ${Object.keys(members).join(', ')}`)
    return members[name]
  }

  /** A verifier with a function that not every kind has. */
  function able(name, what) {
    const found = member(name)
    if (!found[what]) throw new Refusal(400, `${name} is no verifier that can ${what}`)
    return found
  }

  return {
    leave: (world, { name = 'leaver' }) => world.leavePool(member(name).id),
    lock: (world, { name = 'steady', amount }) => world.setLocked(member(name).id, parseEther(amount)),
    play: (_, { name = 'liar', saying = 'lie' }) => able(name, 'play').play(known(saying)),
    lag: (_, { name = 'laggard', blocks = 0 }) => able(name, 'lag').lag(Number(blocks)),
    differ: (_, { name = 'steady', block }) => able(name, 'differ').differ(block && Number(block)),
    kill: (_, { name = 'steady' }) => able(name, 'kill').kill(),
    restart: (_, { name = 'steady' }) => able(name, 'restart').restart(),
  }
}

function known(saying) {
  if (!Object.hasOwn(sayings, saying)) throw new Refusal(400, `a saying is one of: ${Object.keys(sayings).join(' ')}`)
  return saying
}
