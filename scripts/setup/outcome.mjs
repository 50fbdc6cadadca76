/**
 * How one part of the set-up ended.
 * @typedef {object} Outcome
 * @property {string} part
 * @property {'ready' | 'done' | 'missing' | 'skipped'} state `ready`: nothing had to be done; `skipped`: does not apply here
 * @property {string} [what] one sentence: what was done, or why it is missing
 * @property {string} [without] for `missing`: what still works
 */
export {};
