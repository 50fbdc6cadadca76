import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { writeFileAtomic } from '../files/writeAtomic.ts';

const RecentSchema = v.array(v.object({ path: v.string(), openedAt: v.number() }));
export type RecentLibrary = v.InferOutput<typeof RecentSchema>[number];

/** The folder for what the program remembers about this person; `FOVEA_USER_DATA` moves it (tests, portable use). */
export function userDataFolder(): string {
  const chosen = process.env['FOVEA_USER_DATA'];
  if (chosen !== undefined && chosen !== '') return chosen;
  if (process.platform === 'win32') {
    return path.join(process.env['APPDATA'] ?? path.join(os.homedir(), 'AppData', 'Roaming'), 'Fovea Studio');
  }
  if (process.platform === 'darwin') {
    return path.join(os.homedir(), 'Library', 'Application Support', 'Fovea Studio');
  }
  return path.join(
    process.env['XDG_DATA_HOME'] ?? path.join(os.homedir(), '.local', 'share'),
    'fovea-studio',
  );
}

const recentFile = (): string => path.join(userDataFolder(), 'recent.json');

/** Libraries opened on this machine, newest first; an unreadable list is an empty one. */
export function listRecent(): RecentLibrary[] {
  try {
    const parsed = v.safeParse(RecentSchema, JSON.parse(readFileSync(recentFile(), 'utf8')));
    return parsed.success ? parsed.output : [];
  } catch {
    return [];
  }
}

/** Puts a library at the head of the list. Failing to remember is no reason to fail to open. */
export async function rememberRecent(folder: string): Promise<void> {
  const others = listRecent().filter((each) => each.path !== folder);
  const list = [{ path: folder, openedAt: Date.now() }, ...others].slice(0, 20);
  await writeFileAtomic(recentFile(), JSON.stringify(list, null, 2)).catch(() => undefined);
}
