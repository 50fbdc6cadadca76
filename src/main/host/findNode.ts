import { existsSync } from 'node:fs';
import path from 'node:path';
import { FoveaError } from '../../shared/errors.ts';

/** Where a Node binary is looked for; all of it can be replaced in tests. */
export interface NodeSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly appRoot: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly execPath: string;
  readonly versions: Readonly<Record<string, string | undefined>>;
  /** Electron's resources folder in a packaged program. */
  readonly resourcesPath: string | undefined;
}

/** Node runs TypeScript sources without a flag from here on. */
const OLDEST_NODE = [22, 18] as const;

/**
 * The Node that runs the core: `FOVEA_NODE`, the one of the npm package for this platform, the one in a packaged
 * program's resources, or the Node that runs this.
 * @throws FoveaError `not_found` naming what to do.
 */
export function findNode(search: NodeSearch): string {
  const chosen = search.env['FOVEA_NODE'];
  if (chosen !== undefined && chosen !== '') {
    if (existsSync(chosen)) return chosen;
    throw new FoveaError('not_found', 'The Node program named by FOVEA_NODE does not exist.', {
      subject: chosen,
      todo: 'Correct FOVEA_NODE, or remove it.',
    });
  }
  const isWindows = search.platform === 'win32';
  const binary = isWindows ? 'node.exe' : 'node';
  const npmPackage = `node-${isWindows ? 'win' : search.platform}-${search.arch}`;
  const candidates = [path.join(search.appRoot, 'node_modules', npmPackage, 'bin', binary)];
  if (search.resourcesPath !== undefined) {
    candidates.push(path.join(search.resourcesPath, 'node', 'bin', binary));
  }
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found !== undefined) return found;
  if (search.versions['electron'] === undefined && isRecent(search.versions['node'])) return search.execPath;
  throw new FoveaError(
    'not_found',
    `No Node ${OLDEST_NODE.join('.')} or newer was found to run the studio.`,
    {
      todo: `Run npm install in the program's folder (it brings ${npmPackage}), or name a Node 24 by FOVEA_NODE.`,
    },
  );
}

/** The search in the process that calls this. */
export function searchHere(appRoot: string): NodeSearch {
  const { env, platform, arch, execPath, versions } = process;
  const { resourcesPath } = process as { resourcesPath?: string };
  return { env, appRoot, platform, arch, execPath, versions, resourcesPath };
}

function isRecent(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
