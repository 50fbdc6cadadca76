import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPage, PAGE_POLICY, servePage } from '../../src/main/host/pages.ts';
import { spellEscapes } from '../support/escapes.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

describe('the pages', () => {
  it('are served with their type and under the strict policy', async () => {
    const folder = await makePages();
    const page = await servePage(folder, 'GET', '/');
    expect(page.status).toBe(200);
    expect(await page.text()).toBe('<p>studio</p>');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toBe(PAGE_POLICY);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const script = await servePage(folder, 'GET', '/assets/a%20b.js');
    expect(await script.text()).toBe('1');
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect((await servePage(folder, 'POST', '/')).status).toBe(405);
    expect(await (await servePage(folder, 'HEAD', '/')).text()).toBe('');
  });

  it('have a policy that lets no other place in', () => {
    expect(PAGE_POLICY).not.toMatch(/https?:|wss?:|\*|'unsafe-eval'|fovea:|filesystem:/);
    expect(PAGE_POLICY).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
    expect(PAGE_POLICY).toContain("frame-ancestors 'none'");
  });

  it('are all there is: no spelling leads out of their folder', async () => {
    const folder = await makePages();
    const spellings = spellEscapes('secret.txt');
    expect(new Set(spellings).size).toBe(60);
    for (const spelling of spellings) {
      // As it comes off the wire, as the URL parser leaves it, and decoded once more.
      const forms = [spelling, new URL(spelling.replace(/^\/\//, '/.//'), 'fovea://app').pathname];
      for (const form of forms) {
        const answer = await servePage(folder, 'GET', form);
        expect([form, answer.status, await answer.text()]).toEqual([form, 404, '']);
        expect(await findPage(folder, form)).toBeNull();
      }
    }
  });
});

async function makePages(): Promise<string> {
  const parent = await makeTemporaryFolder();
  const folder = path.join(parent, 'pages');
  await mkdir(path.join(folder, 'assets'), { recursive: true });
  await writeFile(path.join(parent, 'secret.txt'), 'secret');
  await writeFile(path.join(folder, 'index.html'), '<p>studio</p>');
  await writeFile(path.join(folder, 'assets', 'a b.js'), '1');
  await symlink(path.join(parent, 'secret.txt'), path.join(folder, 'link-to-secret'));
  await symlink(parent, path.join(folder, 'linked-folder'));
  return folder;
}
