import { createApp } from '../../src/main/core/api.ts';
import { jobRunners } from '../../src/main/core/runners.ts';
import { Studio } from '../../src/main/core/studio.ts';
import { quantileOf } from './benchmark.ts';

const PAGES = 120;
const PAGE_SIZE = 100;
const ORDERS = ['name', 'date', 'brightness'] as const;

/**
 * How long the core takes for one page of rows, in ms: pages from all over the view by the image before them, in three
 * orders, the request and its JSON included and the way through a socket left out. The libraries take turns, so that a
 * slow minute of the machine meets both.
 * @returns the 95th percentile for each library
 */
export async function measurePages(
  libraries: readonly { readonly folder: string; readonly count: number }[],
): Promise<number[]> {
  const opened = [];
  for (const { folder, count } of libraries) {
    const studio = new Studio(jobRunners, 'a benchmark');
    await studio.openLibrary(folder, false);
    opened.push({ studio, app: createApp(studio), count, times: [] as number[] });
  }
  try {
    for (let page = -10; page < PAGES; page += 1) {
      for (const { app, count, times } of opened) {
        const after = 1 + ((Math.abs(page) * 7919 * 13) % count);
        const sort = ORDERS[Math.abs(page) % ORDERS.length]!;
        const began = performance.now();
        const answer = await app.request(`/api/images/page?sort=${sort}&after=${after}&limit=${PAGE_SIZE}`);
        const { rows } = (await answer.json()) as { rows: unknown[] };
        if (!answer.ok || rows.length === 0) throw new Error('A page was empty.');
        // The first ones warm up.
        if (page >= 0) times.push(performance.now() - began);
      }
    }
    return opened.map(({ times }) => quantileOf(times, 0.95));
  } finally {
    for (const { studio } of opened) await studio.closeLibrary();
  }
}
