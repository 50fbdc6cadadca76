/** Labels of the last minute count; older ones say nothing of the present pace. */
const WINDOW_MS = 60_000;
/** Over less than this a pace would leap about. */
const SHORTEST_MS = 5_000;

/**
 * Labels a minute at present, from the times (ms) of a session's labels in their order; null while there are too few to
 * tell. The time runs from the first label that counts until now, so that a pause lowers it.
 */
export function labelsPerMinute(times: readonly number[], now: number): number | null {
  const recent = times.filter((time) => time > now - WINDOW_MS);
  const [first] = recent;
  if (first === undefined || recent.length < 2) return null;
  const minutes = Math.max(SHORTEST_MS, now - first) / 60_000;
  // The first label marks the beginning: what was done since is what counts, unless labels fill the whole window.
  return (recent.length - 1) / minutes;
}
