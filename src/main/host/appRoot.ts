import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder that holds package.json, src and node_modules, found by walking up from this file: it is the same
 * whether this runs as source (src/main/host) or inside the bundled shell (out/main).
 */
export function findAppRoot(start: string = import.meta.dirname): string {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
    if (path.dirname(folder) === folder) throw new Error(`There is no package.json above ${start}.`);
  }
}
