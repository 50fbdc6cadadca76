/** Lets this process answer others before it goes on; awaited between the steps of long work on the core's thread. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
