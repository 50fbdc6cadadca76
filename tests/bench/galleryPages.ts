import { createApp } from '../../src/main/core/api.ts';
import { jobRunners } from '../../src/main/core/runners.ts';
import { Studio } from '../../src/main/core/studio.ts';
import { quantileOf } from './benchmark.ts';

const PAGES = 120;
const PAGE_SIZE = 100;
const ORDERS = ['name', 'date', 'brightness'] as const;

/**
 * How long the core takes for one page of rows, in ms: pages from all over the view by the image before them, in three
 * orders, the request and its JSON included and the way through a socket left out. 95th percentile.
 */
export async function measurePages(folder: string, count: number): Promise<number> {
  const studio = new Studio(jobRunners, 'a benchmark');
  await studio.openLibrary(folder, false);
  try {
    const app = createApp(studio);
    const times: number[] = [];
    for (let page = -10; page < PAGES; page += 1) {
      const after = 1 + ((Math.abs(page) * 7919 * 13) % count);
      const sort = ORDERS[Math.abs(page) % ORDERS.length]!;
      const began = performance.now();
      const answer = await app.request(`/api/images/page?sort=${sort}&after=${after}&limit=${PAGE_SIZE}`);
      const { rows } = (await answer.json()) as { rows: unknown[] };
      if (!answer.ok || rows.length === 0) throw new Error('A page was empty.');
      // The first ones warm up.
      if (page >= 0) times.push(performance.now() - began);
    }
    return quantileOf(times, 0.95);
  } finally {
    await studio.closeLibrary();
  }
}
