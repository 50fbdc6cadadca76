import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..', '..', '..');
const KINDS = ['dependencies', 'optionalDependencies', 'devDependencies'] as const;

it('docs/dependencies.md has one line with the right version for every direct dependency, and no other', async () => {
  const text = await readFile(path.join(ROOT, 'docs', 'dependencies.md'), 'utf8');
  const description = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as Record<
    (typeof KINDS)[number],
    Record<string, string>
  >;
  const wanted = KINDS.flatMap((kind) => Object.entries(description[kind]));
  const written = [...text.matchAll(/^\| (`.+?`) \| (\d[\w.-]*) \|/gm)].flatMap(
    ([, names = '', version = '']) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']): [string, string] => [name, version]),
  );
  const sort = (pairs: [string, string][]): string[] => pairs.map((pair) => pair.join(' ')).sort();
  expect(sort(written)).toEqual(sort(wanted));
});
