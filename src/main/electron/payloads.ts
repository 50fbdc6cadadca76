import path from 'node:path';

// What the page may send over IPC is little, and none of it is trusted.

const LONGEST_TITLE = 200;
const LONGEST_PATH = 4096;

/** A dialog's title. @throws TypeError for anything but a short text. */
export function readTitle(value: unknown): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > LONGEST_TITLE) {
    throw new TypeError('A title is a text of 1 to 200 characters.');
  }
  return value;
}

/** A full local path. @throws TypeError also for other machines' paths, which would open a connection. */
export function readLocalPath(value: unknown): string {
  const isPath = typeof value === 'string' && value.length <= LONGEST_PATH && !value.includes('\0');
  if (!isPath || !path.isAbsolute(value) || /^[\\/]{2}/.test(value)) {
    throw new TypeError('A path is the full path of something on this machine.');
  }
  return path.normalize(value);
}

/** The folder that `--import=FOLDER` names, as a full path, or null. The last one given counts. */
export function readImportFolder(argv: readonly string[], workingFolder: string): string | null {
  const flag = '--import=';
  const given = argv.findLast((argument) => argument.startsWith(flag))?.slice(flag.length) ?? '';
  return given === '' ? null : path.resolve(workingFolder, given);
}
