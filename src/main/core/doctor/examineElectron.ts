import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import type { Finding } from '../../../shared/doctor.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const NAME = 'electron';
const GET_IT = 'Run “npm start”; without Electron the studio opens in your browser.';

/** What set-up noted about the runtime that it put in place (scripts/setup/electron.mjs). */
const Note = v.object({
  executable: v.string(),
  version: v.string(),
  pinned: v.string(),
  source: v.picklist(['publisher', 'registry']),
});

/**
 * The window's runtime: there, startable, and the release that is asked for or an older one for tests.
 * Never throws. `root` is the program's folder.
 */
export async function examineElectron(root: string = ROOT): Promise<Finding> {
  const note = await readNote(root);
  if (note === null) {
    return { name: NAME, version: null, found: false, why: 'it has not been set up yet', todo: GET_IT };
  }
  const { version, pinned } = note;
  try {
    const answered = await askVersion(note.executable);
    if (answered !== version) throw new Error(`it says that it is ${answered}`);
  } catch (error) {
    const why = `it does not start: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
    return { name: NAME, version, found: false, why, todo: GET_IT };
  }
  if (note.source === 'publisher') {
    return { name: NAME, version, found: true, why: 'it starts, and is the release asked for', todo: '' };
  }
  return {
    name: NAME,
    version,
    found: true,
    why: `it starts, but is an older release for tests and trials; ${pinned} could not be had from its publisher`,
    todo: `For daily work run “npm start” where Electron's publisher can be reached.`,
  };
}

async function readNote(root: string): Promise<v.InferOutput<typeof Note> | null> {
  try {
    const text = await readFile(path.join(root, 'node_modules', '.fovea-electron.json'), 'utf8');
    return v.parse(Note, JSON.parse(text));
  } catch {
    return null;
  }
}

/** Starts the runtime as plain Node, which needs no display. */
async function askVersion(executable: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    executable,
    ['-e', 'process.stdout.write(process.versions.electron)'],
    { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, timeout: 30_000, windowsHide: true },
  );
  return stdout.trim();
}
