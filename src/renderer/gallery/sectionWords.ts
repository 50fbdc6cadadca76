import type { ImageFlag } from '../../shared/images.ts';
import type { ClassRow } from '../../shared/labels.ts';
import type { RootRow } from '../../shared/library.ts';
import type { Arrangement, SectionKey } from '../../shared/views.ts';
import { FLAG_WORDS } from './describeImage.ts';

export const ARRANGEMENT_WORDS: Readonly<Record<Arrangement, string>> = {
  none: 'Not grouped',
  class: 'Class',
  prediction: 'Prediction',
  group: 'Group',
  root: 'Folder',
  part: 'Split part',
  flag: 'Quality flag',
};

const WITHOUT: Readonly<Record<Arrangement, string>> = {
  none: '',
  class: 'Unlabelled',
  prediction: 'Not predicted',
  group: 'In no group',
  root: 'In no folder',
  part: 'In no part',
  flag: 'Without a flag',
};

/** What names a section's heading. */
export interface SectionNames {
  readonly findClass: (classId: number) => ClassRow | null;
  readonly roots: readonly RootRow[];
}

/** The name of a section for a person. */
export function nameSection(by: Arrangement, key: SectionKey, names: SectionNames): string {
  if (key === null) return WITHOUT[by];
  if (by === 'class' || by === 'prediction') return names.findClass(Number(key))?.name ?? 'A deleted class';
  if (by === 'root') return names.roots.find((root) => root.rootId === key)?.name ?? 'A folder that is gone';
  if (by === 'flag') return FLAG_WORDS[key as ImageFlag];
  return String(key);
}
