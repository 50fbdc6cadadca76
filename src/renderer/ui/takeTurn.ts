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

function runNext(): void {
  // A hidden window draws no frames; nobody waits for it either, but what it shows later must be there.
  const wait = document.hidden ? setTimeout : requestAnimationFrame;
  wait(() =>
    setTimeout(() => {
      const work = waiting.shift();
      if (work === undefined) {
        isRunning = false;
        return;
      }
      work();
      runNext();
    }),
  );
}
