const waiting: (() => void)[] = [];
let isRunning = false;

/**
 * Runs a piece of work in a task of its own, after all that asked before it, with a frame drawn between any two.
 * @returns what gives the turn up
 */
export function takeTurn(work: () => void): () => void {
  waiting.push(work);
  if (!isRunning) {
    isRunning = true;
    runNext();
  }
  return () => {
    const place = waiting.indexOf(work);
    if (place >= 0) waiting.splice(place, 1);
  };
}

/** A window that nobody sees draws no frames, or few; what it shows later must be there all the same. */
const LONGEST_WAIT_MS = 100;

function runNext(): void {
  let isWaiting = true;
  const go = (): void => {
    if (!isWaiting) return;
    isWaiting = false;
    setTimeout(() => {
      const work = waiting.shift();
      if (work === undefined) {
        isRunning = false;
        return;
      }
      work();
      runNext();
    });
  };
  requestAnimationFrame(go);
  setTimeout(go, LONGEST_WAIT_MS);
}
