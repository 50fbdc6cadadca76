import type { BackboneFinding, Diagnosis, Finding } from '../../../shared/doctor.ts';
import { listBackbones } from '../features/backbones.ts';
import { systemCandidates } from '../training/engineCandidates.ts';
import { examineLibrary, examineTraining } from './examine.ts';
import { examineElectron } from './examineElectron.ts';

/** The Node that everything is tested with; the oldest that runs TypeScript sources is 22.18. */
const TESTED_NODE = 24;
const OLDEST_NODE = [22, 18] as const;

/**
 * Examines this machine: every engine and backbone, each by a known answer, each native library in a process
 * of its own, so that one that crashes is a row of the table. Takes a few seconds. Never throws for a missing
 * or broken part.
 */
export async function diagnose(): Promise<Diagnosis> {
  const libraries = (['better-sqlite3', 'sharp', 'onnxruntime-node'] as const).map(examineLibrary);
  const training = systemCandidates.map(examineTraining);
  const [needed, trainers, electron, backbones] = await Promise.all([
    Promise.all([examineNode(process.versions.node), ...libraries]),
    Promise.all(training),
    examineElectron(),
    listBackbones(),
  ]);
  return judge(needed, trainers, electron, backbones);
}

/**
 * The main job needs Node and every library, one way to train and one backbone; the window can be done
 * without, because the same studio opens in a browser.
 */
export function judge(
  needed: readonly Finding[],
  trainers: readonly Finding[],
  electron: Finding,
  backbones: readonly BackboneFinding[],
): Diagnosis {
  const isFound = ({ found }: Finding): boolean => found;
  return {
    engines: [...needed, ...trainers, electron],
    backbones: preferOneOfEach(backbones),
    ok: needed.every(isFound) && trainers.some(isFound) && backbones.some(isFound),
  };
}

/** Whether a Node of this version runs the studio. */
export function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const runs = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const isTested = major === TESTED_NODE;
  return {
    name: 'node',
    version,
    found: runs,
    why: isTested ? 'it runs this core' : `the studio is tested with Node ${TESTED_NODE}`,
    todo: isTested ? '' : 'Start the studio with “npm start”, which brings its own Node.',
  };
}

/** A backbone that is found twice is one row: the copy that is used, or else the first that was refused. */
function preferOneOfEach(backbones: readonly BackboneFinding[]): BackboneFinding[] {
  const chosen = new Map<string, BackboneFinding>();
  for (const finding of backbones) {
    const key = `${finding.backbone} ${finding.width}`;
    const earlier = chosen.get(key);
    if (earlier === undefined || (!earlier.found && finding.found)) chosen.set(key, finding);
  }
  return [...chosen.values()];
}
