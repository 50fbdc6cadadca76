import { createRequire } from 'node:module';
import { OnnxGraph } from '../features/onnxGraph.ts';

const require = createRequire(import.meta.url);

/** An engine that gave its known answers. */
export interface Answer {
  readonly version: string;
  /** What it was asked and answered, as a sentence's end. */
  readonly why: string;
}

/** Opens a database in memory and adds up. Throws when SQLite cannot be loaded or is too old for the library. */
export async function checkDatabase(): Promise<Answer> {
  const { default: Database } = await import('better-sqlite3');
  const database = new Database(':memory:');
  database.exec('CREATE TABLE numbers (value INTEGER NOT NULL) STRICT');
  const insert = database.prepare('INSERT INTO numbers VALUES (?)');
  for (const value of [19, 23]) insert.run(value);
  const sum: unknown = database.prepare('SELECT sum(value) FROM numbers').pluck().get();
  const sqlite: unknown = database.prepare('SELECT sqlite_version()').pluck().get();
  database.close();
  expectAnswer('sum', sum, 42);
  return { version: packageVersion('better-sqlite3'), why: `SQLite ${String(sqlite)} adds up in a table` };
}

/** Packs a drawn picture as PNG and unpacks it again, pixel for pixel. */
export async function checkImages(): Promise<Answer> {
  const { default: sharp } = await import('sharp');
  const pixels = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 17, 34, 51]);
  const png = await sharp(pixels, { raw: { width: 2, height: 2, channels: 3 } })
    .png()
    .toBuffer();
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expectAnswer('picture', `${info.width}×${info.height} ${data.join(' ')}`, `2×2 ${pixels.join(' ')}`);
  return {
    version: sharp.versions.sharp ?? '',
    why: `libvips ${sharp.versions.vips} packs and unpacks a picture`,
  };
}

/** Runs a graph of one matrix product: `[1, 2] · [[1, 2], [3, 4]] = [7, 10]`. */
export async function checkNetworks(): Promise<Answer> {
  const { ort } = await import('../features/onnxruntime.ts');
  const graph = new OnnxGraph();
  const input = graph.addNode('Cast', 'float', ['input'], { to: 1 });
  graph.addNode('MatMul', 'output', [input, graph.addConstant('weights', [2, 2], [1, 2, 3, 4])]);
  const bytes = graph.encode({ name: 'input', shape: [2] }, { name: 'output', dims: 2 }, {});
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const result = await session.run({ input: new ort.Tensor('uint8', Uint8Array.of(1, 2), [1, 2]) });
  const output = result['output']?.data as Float32Array;
  await session.release();
  expectAnswer('matrix product', output.join(' '), '7 10');
  return { version: packageVersion('onnxruntime-node'), why: 'multiplies two matrices rightly' };
}

function expectAnswer(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected)
    throw new Error(`It gave a wrong ${what}: ${String(actual)}, not ${String(expected)}.`);
}

function packageVersion(name: string): string {
  return (require(`${name}/package.json`) as { version: string }).version;
}
