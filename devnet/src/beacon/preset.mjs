// Lodestar's packages read the preset once, when the first of them is loaded. Import this file before any of them.

process.env.LODESTAR_PRESET ??= 'minimal'

/** The preset of this process: `minimal`, unless the environment variable LODESTAR_PRESET says `mainnet`. */
export const preset = process.env.LODESTAR_PRESET
