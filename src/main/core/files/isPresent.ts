import { access } from 'node:fs/promises';

/** Whether a file or folder can be found now; never throws, and never waits for a slow drive on the core's thread. */
export function isPresent(filePath: string): Promise<boolean> {
  return access(filePath).then(
    () => true,
    () => false,
  );
}
