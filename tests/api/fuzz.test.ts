import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { createApp } from '../../src/main/core/api.ts';
import type { JobRunners } from '../../src/main/core/jobs/jobQueue.ts';
import { jobRunners } from '../../src/main/core/runners.ts';
import { Studio } from '../../src/main/core/studio.ts';
import { JOB_KINDS } from '../../src/shared/jobs.ts';
import '../support/backbones.ts';
import { drawClassFolders } from '../support/drawImages.ts';
import { finishJob, makeStudio } from '../support/studio.ts';

/** Requests per address. */
const RUNS = 30;
/** Addresses that answer with a stream without end, or that look at the whole machine. */
const LEFT_OUT = ['/api/events', '/api/doctor'];

/** Every name that any request body uses, so that random bodies get past the first check. */
const FIELDS = [
  ...[
    'folder',
    'path',
    'file',
    'csv',
    'from',
    'source',
    'modelId',
    'target',
    'create',
    'name',
    'color',
    'key',
  ],
  ...[
    'imageIds',
    'classId',
    'classIds',
    'labels',
    'groups',
    'kind',
    'pattern',
    'recipe',
    'backbone',
    'width',
  ],
  ...[
    'resolution',
    'seed',
    'engine',
    'settings',
    'split',
    'fractions',
    'train',
    'validation',
    'test',
    'readerId',
  ],
  ...['into', 'order', 'description', 'state', 'isArchived', 'imageId', 'epochs', '__proto__', 'constructor'],
];

/** Values that have broken programs before. Absolute paths stay inside the test's folder. */
function nastyValues(folder: string, pictures: string): fc.Arbitrary<unknown> {
  const text = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '..',
      '../..',
      'a\0b',
      '\ud800',
      '%00',
      '1e999',
      '-1',
      'NaN',
      '[',
      '(?<group>',
      'A',
    ),
    fc.constantFrom(
      'folders',
      'none',
      'csv',
      'regex',
      'parent',
      'web',
      'paper',
      'one-click',
      'auto',
      'x'.repeat(5000),
    ),
    fc
      .constantFrom('nothing here', 'a\0b', '../outside', 'n'.repeat(300), 'file.txt')
      .map((name) => path.join(folder, name)),
    fc.constant(pictures),
    fc.constant(`${folder}/a\0b`),
    fc.string().map((each) => (path.isAbsolute(each) ? `.${each}` : each)),
  );
  const number = fc.oneof(
    fc.constantFrom(0, -1, 1, 2, 0.5, 1e21, 2 ** 53, -0, 1e-300),
    fc.integer(),
    fc.double(),
  );
  return fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(null, true, false),
      number,
      text,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...FIELDS), tie('value'), { maxKeys: 6 }),
    ),
  })).value;
}

it('no request whatever is met with a crash or an internal failure', { timeout: 120_000 }, async () => {
  const test = await makeStudio({ open: false });
  // The requests are what is tested here; work that they start ends at once.
  const runners = Object.fromEntries(JOB_KINDS.map((kind) => [kind, () => Promise.resolve(null)]));
  const studio = new Studio(runners as unknown as JobRunners, 'a test');
  onTestFinished(() => studio.closeLibrary());
  const pictures = path.join(test.folder, 'pictures');
  await drawClassFolders(pictures, { A: 2, B: 2 }, 16);
  await mkdir(path.join(test.folder, 'nothing'));
  await writeFile(path.join(test.folder, 'file.txt'), 'path,class\nA/P1_0.png,B\n');

  // One library with something in it; requests may open others below the folder, so it is opened again each time.
  const real = new Studio(jobRunners, 'a test');
  await real.openLibrary(test.library, true);
  const labels = { kind: 'folders' };
  const { jobId } = real
    .requireJobs()
    .start('import', 'x', { folder: pictures, labels, groups: { kind: 'none' } });
  expect((await finishJob(real, jobId)).state).toBe('done');
  await real.closeLibrary();

  const app = createApp(studio);
  const addresses = new Map<string, { method: string; address: string }>();
  for (const { method, path: address } of app.routes) {
    const isLeftOut = method === 'ALL' || address.includes('*') || LEFT_OUT.includes(address);
    if (!isLeftOut) addresses.set(`${method} ${address}`, { method, address });
  }
  expect(addresses.size).toBeGreaterThan(30);

  const value = nastyValues(test.folder, pictures);
  const body = fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 6 })
        .map((each) => JSON.stringify(each)),
    },
    { weight: 1, arbitrary: value.map((each) => JSON.stringify(each) ?? '') },
    { weight: 1, arbitrary: fc.string() },
  );
  const parameter = fc.oneof(
    fc.constantFrom('1', '0', '-1', '1e300', '..', '%2e%2e%2f', 'f'.repeat(64)),
    fc.string({ minLength: 1 }),
  );
  const query = fc.dictionary(
    fc.constantFrom(
      'path',
      'classId',
      'unlabelled',
      'q',
      'sort',
      'modelId',
      'flag',
      'part',
      'actual',
      'predicted',
      'group',
    ),
    fc.oneof(fc.constantFrom('1', '0', 'name', 'A', '\0', "' OR 1=1 --", '%'), fc.string()),
  );

  for (const { method, address } of addresses.values()) {
    await fc.assert(
      fc.asyncProperty(body, parameter, query, async (content, part, search) => {
        await studio.openLibrary(test.library, false);
        const where = address.replace(/:\w+/g, encodeURIComponent(part.isWellFormed() ? part : 'x'));
        const asked = new URLSearchParams(
          Object.entries(search).filter(([, text]) => !path.isAbsolute(text)),
        );
        const answer = await app.request(`${where}?${asked.toString()}`, {
          method,
          ...(method === 'GET' ? {} : { body: content, headers: { 'content-type': 'application/json' } }),
        });
        const told = await answer.text();
        const isOurs = answer.status < 500 && !told.includes('"code":"internal"');
        if (!isOurs)
          throw new Error(`${method} ${where}?${asked.toString()} ${content}\n${answer.status} ${told}`);
      }),
      { numRuns: RUNS, seed: 20261123 },
    );
  }
  // The studio is as well as before.
  await studio.openLibrary(test.library, false);
  expect((await app.request('/api/health')).status).toBe(200);
  expect(await (await app.request('/api/library/check', { method: 'POST' })).json()).toMatchObject({
    ok: true,
  });
});
