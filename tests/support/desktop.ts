import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RECORD = path.join(ROOT, 'node_modules', '.fovea-electron.json');
const isRoot = process.getuid?.() === 0;

interface ElectronRecord {
  readonly executable: string;
  readonly version: string;
}

/** What set-up wrote about the Electron it found, or null where there is none. */
const electron: ElectronRecord | null = existsSync(RECORD)
  ? (JSON.parse(readFileSync(RECORD, 'utf8')) as ElectronRecord)
  : null;

const needsDisplay = process.platform === 'linux' && (process.env['DISPLAY'] ?? '') === '';
const isBuilt = existsSync(path.join(ROOT, 'out', 'main', 'index.js'));

/** Why the window cannot be tested here, or null when it can. */
const noDesktopBecause: string | null =
  (electron === null && 'no Electron could be had (see the output of set-up)') ||
  (needsDisplay && 'there is no display (xvfb-run gives one)') ||
  (!isBuilt && 'the program is not built (npm run build)') ||
  null;

/** Arguments for `describe`: a suite of the window is skipped, with the reason in its name, where none can open. */
export function describeDesktop(name: string): [string, { skip: boolean }] {
  return noDesktopBecause === null
    ? [name, { skip: false }]
    : [`${name} (skipped: ${noDesktopBecause})`, { skip: true }];
}

export interface Desktop {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly userData: string;
  close(): Promise<void>;
}

/** How the program is started with a person's data of its own. As root Chromium has no sandbox. */
export function desktopCommand(options: { userData: string; args?: readonly string[] }): {
  executable: string;
  args: string[];
  env: Record<string, string>;
} {
  if (electron === null) throw new Error('There is no Electron; guard this test with describeDesktop.');
  return {
    executable: electron.executable,
    args: [...(isRoot ? ['--no-sandbox'] : []), ROOT, ...(options.args ?? [])],
    env: { ...inherited(), FOVEA_USER_DATA: options.userData },
  };
}

/** Opens the real window, driven by Playwright. */
export async function openDesktop(args: readonly string[] = []): Promise<Desktop> {
  const userData = await mkdtemp(path.join(os.tmpdir(), 'fovea-window-'));
  const { executable, ...how } = desktopCommand({ userData, args });
  const app = await _electron.launch({ executablePath: executable, cwd: ROOT, ...how });
  const page = await app.firstWindow();
  await page.waitForLoadState('domcontentloaded');
  return {
    app,
    page,
    userData,
    async close() {
      await app.close().catch(() => undefined);
      await rm(userData, { recursive: true, force: true });
    },
  };
}

function inherited(): Record<string, string> {
  const pairs = Object.entries(process.env).filter(([name]) => !/^(?:VITEST|ELECTRON_|NODE_)/.test(name));
  return Object.fromEntries(pairs.map(([name, value]) => [name, value ?? '']));
}
