import { openExtractor, MAX_BATCH, type GraphSpec } from '../../src/main/core/features/extractor.ts';
import { serveWorker } from '../../src/main/core/workers/serveWorker.ts';

// The network alone, on one thread, with pixels that are already there: what an import could at best reach.
serveWorker({
  /** @returns images per second over `seconds`, after a warm-up. */
  run: async ({ graph, seconds }: { graph: GraphSpec; seconds: number }): Promise<number> => {
    const extractor = await openExtractor(graph);
    const pixels = new Uint8Array(MAX_BATCH * graph.side * graph.side * 3).map(
      (_, index) => (index * 37) % 256,
    );
    for (let warm = 0; warm < 5; warm++) await extractor.extract(pixels, MAX_BATCH);
    const began = performance.now();
    let images = 0;
    while (performance.now() - began < seconds * 1000) {
      await extractor.extract(pixels, MAX_BATCH);
      images += MAX_BATCH;
    }
    const rate = images / ((performance.now() - began) / 1000);
    await extractor.close();
    return rate;
  },
});
