import path from 'node:path';

/** Whether what `path.relative` gave stays below the folder it starts from; a name may itself begin with two dots. */
export function isInside(relative: string): boolean {
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
