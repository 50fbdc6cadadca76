import { BACKBONE_NAMES, type BackboneName } from '../../../shared/backbones.ts';
import type { BackboneFinding } from '../../../shared/doctor.ts';
import { FoveaError } from '../../../shared/errors.ts';
import type { DefaultBackbone } from '../../../shared/library.ts';
import { acceptBackbone } from './acceptedBackbones.ts';
import { backboneFolderName, findBackboneFolders, type BackboneFolder } from './backboneFolders.ts';

/** A frozen network whose weights were found and accepted. */
export interface Backbone {
  readonly name: BackboneName;
  readonly width: number;
  readonly dims: number;
  /** A TF.js layers-model folder. */
  readonly folder: string;
  /** Where it was found, in words. */
  readonly source: string;
  /** SHA-256 over model.json and the weight files. */
  readonly sha256: string;
}

const SET_UP_TODO =
  'Run "npm start" once with a network connection, or set FOVEA_BACKBONES to a folder that holds it.';

/**
 * Every backbone that was found, accepted or not, and those of width 1.0 that were not found at all.
 * Never throws for a bad folder: the reason is in the finding.
 */
export async function listBackbones(): Promise<BackboneFinding[]> {
  const findings: BackboneFinding[] = [];
  for (const candidate of await findBackboneFolders()) findings.push(await describeFolder(candidate));
  for (const name of BACKBONE_NAMES) {
    if (findings.some((each) => each.backbone === name && each.width === 1)) continue;
    const why = 'not found in any of the places where backbones are looked for';
    findings.push({
      ...{ name: titleOf(name, 1), version: null, found: false, why, todo: SET_UP_TODO },
      ...{ backbone: name, width: 1, source: '' },
    });
  }
  return findings;
}

/**
 * The first accepted copy of a backbone, in the order of the sources.
 * Throws `not_found` when no copy is there, and the reason of the first refusal when copies are there but
 * none is accepted.
 */
export async function findBackbone(name: BackboneName, width: number): Promise<Backbone> {
  let refusal: unknown = null;
  for (const candidate of await findBackboneFolders()) {
    if (candidate.name !== name || candidate.width !== width) continue;
    try {
      const { sha256, dims } = await acceptBackbone(candidate);
      return { name, width, dims, folder: candidate.folder, source: candidate.source, sha256 };
    } catch (error) {
      refusal ??= error;
    }
  }
  if (refusal !== null) throw refusal;
  throw new FoveaError('not_found', `The backbone ${titleOf(name, width)} is not on this machine.`, {
    subject: backboneFolderName(name, width),
    todo: SET_UP_TODO,
  });
}

/**
 * The backbone that is used unless a person chooses: MobileNetV2 1.0, otherwise V1 1.0 with a sentence that
 * says why, otherwise null.
 */
export async function defaultBackbone(): Promise<DefaultBackbone | null> {
  const v2 = await whyMissing('mobilenet_v2');
  if (v2 === null) return { backbone: 'mobilenet_v2', width: 1, why: null };
  if ((await whyMissing('mobilenet_v1')) !== null) return null;
  return { backbone: 'mobilenet_v1', width: 1, why: `MobileNetV1 is used instead of V2: ${v2}` };
}

/** Why a backbone of width 1.0 cannot be used, or null when it can. */
async function whyMissing(name: BackboneName): Promise<string | null> {
  try {
    await findBackbone(name, 1);
    return null;
  } catch (error) {
    if (error instanceof FoveaError) return error.message;
    throw error;
  }
}

async function describeFolder(candidate: BackboneFolder): Promise<BackboneFinding> {
  const { name, width, source } = candidate;
  const base = { name: titleOf(name, width), backbone: name, width, source };
  try {
    const { sha256, difference } = await acceptBackbone(candidate);
    const why = `gives its known answers (largest difference ${difference.toExponential(0)})`;
    return { ...base, version: sha256.slice(0, 12), found: true, why, todo: '' };
  } catch (error) {
    if (!(error instanceof FoveaError)) throw error;
    return { ...base, version: null, found: false, why: error.message, todo: error.todo ?? '' };
  }
}

function titleOf(name: BackboneName, width: number): string {
  return `${name === 'mobilenet_v1' ? 'MobileNetV1' : 'MobileNetV2'} ${Number.isInteger(width) ? width.toFixed(1) : width}`;
}
