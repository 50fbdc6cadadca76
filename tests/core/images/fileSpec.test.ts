import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFileSpec } from '../../../src/main/core/images/fileSpec.ts';
import { readLabelCsv } from '../../../src/main/core/images/readLabelCsv.ts';
import { makeTemporaryFolder } from '../../support/temporary.ts';

async function table(content: string | Buffer): Promise<string> {
  const file = path.join(await makeTemporaryFolder(), 'labels.csv');
  await writeFile(file, content);
  return file;
}

const utf16 = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

describe('a table of labels', () => {
  it.each([
    ['commas and a header', 'path,class,patient\na/1.png,Tumour,P1\n'],
    ['semicolons, other words, other order', 'Patient ID;Label;File name\r\nP1;Tumour;a\\1.png\r\n'],
    ['tabs and a byte order mark', '\ufeffimage\tdiagnosis\tslide\n./a/1.png\tTumour\tP1\n'],
    ['no header', 'a/1.png,Tumour,P1\n'],
    ['quotes and blank lines', '\n"path","class","group"\n\n"a/1.png"," Tumour ","P1"\n\n'],
    ['UTF-16 from a spreadsheet', utf16('path\tclass\tgroup\na/1.png\tTumour\tP1\n')],
  ])('is read with %s', async (_, content) => {
    const rows = await readLabelCsv(await table(content), 'class');
    expect(rows).toMatchObject([{ file: 'a/1.png', className: 'Tumour', group: 'P1' }]);
  });

  it('in Windows-1252 keeps its umlauts', async () => {
    const rows = await readLabelCsv(
      await table(Buffer.from('path,class\na.png,Gr\xfcn\n', 'latin1')),
      'class',
    );
    expect(rows[0]!.className).toBe('Grün');
  });

  it.each([
    ['has no such column', 'path,size,date\na.png,1,2\n', 'class'],
    ['has one column', 'a.png\nb.png\n', 'class'],
    ['has no rows', 'path,class\n', 'class'],
  ] as const)('is refused when it %s', async (_, content, wants) => {
    await expect(readLabelCsv(await table(content), wants)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('that is not there is named', async () => {
    await expect(readLabelCsv('/no/such/labels.csv', 'class')).rejects.toMatchObject({
      code: 'not_found',
      subject: '/no/such/labels.csv',
    });
  });
});

describe('which class and group a file gets', () => {
  it('from folders: the first below the root, whatever its name, spellings folded', async () => {
    const read = await readFileSpec({ kind: 'folders' }, { kind: 'none' });
    const paths = ['Tumor/deep/a.png', 'tumor/b.png', '-x\n🧫/c.png', 'top.png'];
    const spec = read.apply(paths);
    expect(paths.map((file) => spec.classOf(file))).toEqual(['Tumor', 'tumor', '-x\n🧫', null]);
    expect(spec.warnings).toEqual([expect.stringContaining('"Tumor", "tumor"') as string]);
  });

  it('from a table: by path, by the end of a path, by name, by name without extension', async () => {
    const rows = [
      'path,class,patient',
      'a/1.png,A,P1',
      '/home/me/set/b/2.png,B,P2',
      '3.png,C,P3',
      'ISIC_4,D,P4',
    ];
    const file = await table(rows.join('\n'));
    const read = await readFileSpec({ kind: 'csv', file }, { kind: 'csv', file });
    const paths = ['a/1.png', 'b/2.png', 'x/y/3.png', 'z/ISIC_4.jpg', 'none.png'];
    const spec = read.apply(paths);
    expect(paths.map((each) => spec.classOf(each))).toEqual(['A', 'B', 'C', 'D', null]);
    expect(paths.map((each) => spec.groupOf(each))).toEqual(['P1', 'P2', 'P3', 'P4', null]);
    expect(spec.warnings).toEqual([
      expect.stringMatching(/^1 of 5 files got no group .*"none\.png"/) as string,
    ]);
  });

  it('uses no row that is unknown, ambiguous or contradicted, and says so', async () => {
    const rows = [
      'file,class',
      'gone.png,A',
      'same.png,A',
      'once.png,A',
      'once.png,B',
      'twice.png,A',
      'twice.png,A',
    ];
    const read = await readFileSpec({ kind: 'csv', file: await table(rows.join('\n')) }, { kind: 'none' });
    const paths = ['a/same.png', 'b/same.png', 'once.png', 'twice.png'];
    const spec = read.apply(paths);
    expect(paths.map((each) => spec.classOf(each))).toEqual([null, null, null, 'A']);
    const [unknown, unused] = spec.warnings;
    expect(unknown).toMatch(/^1 rows .*"gone\.png"/);
    expect(unused).toMatch(/^3 rows .*line 3: "same\.png".*line 4: "once\.png"/);
  });
});
