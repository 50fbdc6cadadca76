import { parseArgs } from 'node:util';
import { describeMachine, meets, type Benchmark } from './benchmark.ts';
import { benchGallery } from './gallery.ts';
import { benchHead } from './head.ts';
import { benchImport } from './import.ts';
import { benchKeras } from './keras.ts';
import { benchLabelling } from './labelling.ts';
import { benchMap } from './map.ts';
import { benchMemory } from './memory.ts';
import { benchResponsive } from './responsive.ts';
import { benchTraining } from './training.ts';

// `npm run --silent bench -- NAME`: one JSON object on standard output, messages on standard error.

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  import: benchImport,
  gallery: benchGallery,
  head: benchHead,
  keras: benchKeras,
  labelling: benchLabelling,
  responsive: benchResponsive,
  map: benchMap,
  memory: benchMemory,
  training: benchTraining,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { images: { type: 'string' } },
});
const name = positionals[0] ?? '';
const benchmark = BENCHMARKS[name];
if (benchmark === undefined) {
  process.stderr.write(`Name a benchmark: ${Object.keys(BENCHMARKS).join(', ')}.\n`);
  process.exit(2);
}
const { figures, targets } = await benchmark({
  images: values.images === undefined ? null : Number(values.images),
});
const met = Object.entries(targets).every(([key, target]) => meets(figures[key], target));
process.stdout.write(`${JSON.stringify({ name, machine: describeMachine(), figures, targets, met })}\n`);
process.exit(0);
