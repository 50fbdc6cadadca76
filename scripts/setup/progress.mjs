/** One line to the person at the terminal. Standard output stays free for what a command answers. */
export function say(/** @type {string} */ text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Says what is being done, that it still goes on, and how long it took.
 * @template T
 * @param {string} label what is done, as "Downloading Electron (196 MB)"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function during(label, work) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  say(`  ${label} …`);
  const timer = setInterval(() => say(`  ${label} … ${seconds()}`), 15_000);
  try {
    const result = await work();
    say(`  ${label}: done in ${seconds()}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

/** What a failure says, without its stack. */
export function reason(/** @type {unknown} */ error) {
  return error instanceof Error ? error.message : String(error);
}
