/**
 * Keeps only the newest of calls that overtake each other: each call aborts the one before it.
 * @returns the result, or null when a newer call took its place.
 */
export function latest<A extends readonly unknown[], T>(
  call: (signal: AbortSignal, ...args: A) => Promise<T>,
): (...args: A) => Promise<T | null> {
  let running: AbortController | null = null;
  return async (...args) => {
    running?.abort();
    const own = new AbortController();
    running = own;
    try {
      const result = await call(own.signal, ...args);
      return running === own ? result : null;
    } catch (error) {
      if (own.signal.aborted) return null;
      throw error;
    }
  };
}

/** Runs once, `delayMs` after the first of a burst of calls. */
export function coalesce(run: () => void, delayMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      run();
    }, delayMs);
  };
}
