import type { TagRow, ImageFlag } from '../../shared/images.ts';
import type { ReaderRow } from '../../shared/labels.ts';
import {
  BYTE_BOUNDS,
  CONFIDENCE_BINS,
  SIDE_BOUNDS,
  type Facet,
  type SectionKey,
} from '../../shared/views.ts';
import { formatBytes } from '../ui/formatNumbers.ts';
import { FLAG_WORDS } from './describeImage.ts';
import { toggleValue, valuesOf, type FilterKey, type GalleryFilter, type QueryChange } from './filter.ts';
import type { SectionNames } from './sectionWords.ts';

/** What names the values of a filter. */
export interface FilterNames extends SectionNames {
  readonly tags: readonly TagRow[];
  readonly readers: readonly ReaderRow[];
}

/** Parts that hold a list of values, with the facet that counts them. */
export const LIST_FACETS = {
  class: 'classId',
  prediction: 'predicted',
  part: 'part',
  flag: 'flag',
  format: 'format',
  reader: 'readerId',
  root: 'rootId',
  tag: 'tagId',
} as const satisfies Partial<Record<Facet, FilterKey>>;

/** Parts that are yes or no. */
export const YES_NO_FACETS = {
  disagreement: 'disagreement',
  duplicates: 'duplicates',
  nearDuplicates: 'nearDuplicates',
  excluded: 'excluded',
  note: 'hasNote',
} as const satisfies Partial<Record<Facet, FilterKey>>;

const YES_NO_WORDS: Readonly<Record<keyof typeof YES_NO_FACETS, readonly [yes: string, no: string]>> = {
  disagreement: ['Model disagrees with the label', 'Model agrees with the label'],
  duplicates: ['Has duplicates', 'Has no duplicates'],
  nearDuplicates: ['Nearly the same as another', 'Like no other'],
  excluded: ['Kept out of training', 'Not kept out of training'],
  note: ['Has a note', 'Has no note'],
};

/** One thing that a person can narrow the view by. */
export interface Choice {
  readonly facet: Facet;
  readonly key: SectionKey;
  readonly title: string;
  readonly isOn: boolean;
  /** What choosing it, or giving it up, does to the filter. */
  readonly change: QueryChange;
}

/** The choice that one value of a facet stands for; null for values that nothing can ask for. */
export function choiceOf(
  facet: Facet,
  key: SectionKey,
  filter: GalleryFilter,
  names: FilterNames,
): Choice | null {
  const make = (title: string, isOn: boolean, change: QueryChange): Choice => ({
    ...{ facet, key, title, isOn, change },
  });
  if (facet in YES_NO_FACETS) {
    const yesNo = facet as keyof typeof YES_NO_FACETS;
    const part = YES_NO_FACETS[yesNo];
    const isOn = filter[part] === '1';
    return key === 1 ? make(YES_NO_WORDS[yesNo][0], isOn, { [part]: isOn ? null : '1' }) : null;
  }
  if (facet === 'confidence') return confidenceChoice(key, filter, make);
  if (facet === 'side') return rangeChoice(SIDES, key, filter, make);
  if (facet === 'bytes') return rangeChoice(BYTES, key, filter, make);
  if (key === null) return null;
  const value = String(key);
  if (facet === 'group') {
    const isOn = filter.group === value;
    return make(value, isOn, { group: isOn ? null : value });
  }
  if (facet === 'part' && value === 'excluded') return null;
  const part = LIST_FACETS[facet as keyof typeof LIST_FACETS];
  const isOn = valuesOf(filter, part).includes(value);
  return make(nameValue(part, value, names), isOn, { [part]: toggleValue(filter, part, value) });
}

type Make = (title: string, isOn: boolean, change: QueryChange) => Choice;

function confidenceChoice(key: SectionKey, filter: GalleryFilter, make: Make): Choice | null {
  if (key === null) return null;
  const low = String(Number(key) / CONFIDENCE_BINS);
  const high = String((Number(key) + 1) / CONFIDENCE_BINS);
  const isOn = filter.minConfidence === low && filter.maxConfidence === high;
  return make(
    `${Number(key) * 10}–${Number(key) * 10 + 10} %`,
    isOn,
    isOn ? { minConfidence: null, maxConfidence: null } : { minConfidence: low, maxConfidence: high },
  );
}

/** A number that is counted in classes, and the parts of the filter that bound it. */
interface Range {
  readonly bounds: readonly number[];
  readonly parts: readonly [low: FilterKey, high: FilterKey];
  readonly words: (low: string | undefined, high: string | undefined) => string;
}

const SIDES: Range = {
  bounds: SIDE_BOUNDS,
  parts: ['minSide', 'maxSide'],
  words: (low, high) => rangeWords(low, high, 'px'),
};

const BYTES: Range = {
  bounds: BYTE_BOUNDS,
  parts: ['minBytes', 'maxBytes'],
  words: (low, high) => rangeWords(bytes(low), bytes(high), ''),
};

function rangeChoice(
  { bounds, parts, words }: Range,
  key: SectionKey,
  filter: GalleryFilter,
  make: Make,
): Choice {
  const bin = Number(key);
  const low = bin === 0 ? undefined : String(bounds[bin - 1]! + 1);
  const high = bounds[bin] === undefined ? undefined : String(bounds[bin]);
  const isOn = filter[parts[0]] === low && filter[parts[1]] === high;
  return make(words(low, high), isOn, {
    [parts[0]]: isOn ? null : (low ?? null),
    [parts[1]]: isOn ? null : (high ?? null),
  });
}

function rangeWords(low: string | undefined, high: string | undefined, unit: string): string {
  const words =
    low === undefined
      ? `up to ${high} ${unit}`
      : high === undefined
        ? `${low} ${unit}`
        : `${low}–${high} ${unit}`;
  return low !== undefined && high === undefined ? `${words.trim()} and more` : words.trim();
}

/** One value of a part in words. */
export function nameValue(key: FilterKey, value: string, names: FilterNames): string {
  if (key === 'classId' || key === 'predicted') return names.findClass(Number(value))?.name ?? 'gone';
  if (key === 'rootId') return names.roots.find(({ rootId }) => rootId === Number(value))?.name ?? 'gone';
  if (key === 'tagId') return names.tags.find(({ tagId }) => tagId === Number(value))?.name ?? 'gone';
  if (key === 'readerId') {
    return names.readers.find(({ readerId }) => readerId === Number(value))?.name ?? 'gone';
  }
  if (key === 'flag') return FLAG_WORDS[value as ImageFlag];
  if (key === 'format') return value.toUpperCase();
  return value;
}

/** One filter in force: the parts that its cross takes away, its words, and the facet values whose counts add up to its own. */
export interface Chip {
  readonly parts: readonly FilterKey[];
  readonly text: string;
  readonly counted: { readonly facet: Facet; readonly keys: readonly SectionKey[] } | null;
}

const LIST_WORDS: Readonly<Record<keyof typeof LIST_FACETS, string>> = {
  class: 'Class',
  prediction: 'Model says',
  part: 'Part',
  flag: 'Flag',
  format: 'Format',
  reader: 'Labelled by',
  root: 'Folder',
  tag: 'Tag',
};

/** The filters in force as chips. */
export function listChips(filter: GalleryFilter, names: FilterNames): Chip[] {
  const chips: Chip[] = [];
  const add = (parts: readonly FilterKey[], text: string, counted: Chip['counted'] = null): number =>
    chips.push({ parts, text, counted });
  if (filter.pick !== undefined) add(['pick'], 'Chosen images');
  if (filter.unlabelled !== undefined) {
    const isOpen = filter.unlabelled === '1';
    add(['unlabelled'], isOpen ? 'Unlabelled' : 'Labelled', isOpen ? { facet: 'class', keys: [null] } : null);
  }
  for (const [facet, key] of Object.entries(LIST_FACETS) as [keyof typeof LIST_FACETS, FilterKey][]) {
    const values = valuesOf(filter, key);
    if (values.length === 0) continue;
    const words = values.map((value) => nameValue(key, value, names)).join(' or ');
    const isWord = key === 'part' || key === 'flag' || key === 'format';
    add([key], `${LIST_WORDS[facet]}: ${words}`, { facet, keys: isWord ? values : values.map(Number) });
  }
  for (const [facet, key] of Object.entries(YES_NO_FACETS) as [keyof typeof YES_NO_FACETS, FilterKey][]) {
    if (filter[key] === undefined) continue;
    const isYes = filter[key] === '1';
    add([key], YES_NO_WORDS[facet][isYes ? 0 : 1], { facet, keys: [isYes ? 1 : 0] });
  }
  addRange(['minConfidence', 'maxConfidence'], 'Confidence', (low, high) =>
    rangeWords(percent(low), percent(high), '%'),
  );
  addRange(SIDES.parts, 'Longer side', SIDES.words);
  addRange(BYTES.parts, 'File', BYTES.words);
  if (filter.group !== undefined) {
    add(['group'], `Group: ${filter.group}`, { facet: 'group', keys: [filter.group] });
  }
  if (filter.q !== undefined) add(['q'], `Path contains “${filter.q}”`);
  return chips;

  function addRange(
    parts: readonly [FilterKey, FilterKey],
    title: string,
    words: (low: string | undefined, high: string | undefined) => string,
  ): void {
    const [low, high] = [filter[parts[0]], filter[parts[1]]];
    if (low !== undefined || high !== undefined) add(parts, `${title}: ${words(low, high)}`);
  }
}

function percent(share: string | undefined): string | undefined {
  return share === undefined ? undefined : String(Math.round(Number(share) * 100));
}

function bytes(count: string | undefined): string | undefined {
  return count === undefined ? undefined : formatBytes(Number(count));
}
