import { ARRANGEMENTS } from '../../shared/views.ts';
import { CAPTION_WORDS, CAPTIONS } from '../gallery/captions.ts';
import { SORTS } from '../gallery/filter.ts';
import { choiceOf, YES_NO_FACETS, type FilterNames } from '../gallery/filterWords.ts';
import { ARRANGEMENT_WORDS } from '../gallery/sectionWords.ts';
import { SORT_WORDS } from '../gallery/sortWords.ts';
import { listSelectionActions } from '../labels/selectionActions.ts';
import type { Shortcut } from '../state/shortcuts.ts';
import type { Studio } from '../state/studio.svelte.ts';
import { THEME_CHOICES, THEME_WORDS } from '../state/theme.svelte.ts';
import type { Facet } from '../../shared/views.ts';
import { VIEWS } from './views.ts';

/** One thing that the palette can do. */
export interface PaletteEntry {
  readonly title: string;
  readonly section: string;
  /** The key that does the same. */
  readonly keys?: string;
  readonly run: () => void;
}

/** Everything that can be done now, wherever on the screen it stands. */
export function listPaletteEntries(studio: Studio, shortcuts: readonly Shortcut[]): PaletteEntry[] {
  const { libraries, theme } = studio;
  const keyed = shortcuts
    .filter(({ keys, isActive }) => keys !== 'Mod+K' && keys !== 'Mod+Y' && (isActive?.() ?? true))
    .map(({ title, section, keys, run }) => ({ title, section, keys, run }));
  const themes = THEME_CHOICES.map((choice) => ({
    section: 'Colours',
    title: THEME_WORDS[choice],
    run: () => theme.choose(choice),
  }));
  const recent = libraries.recent
    .filter(({ exists, path }) => exists && path !== libraries.open?.path)
    .map(({ name, path }) => ({
      section: 'Libraries',
      title: `Open “${name}”`,
      run: () => void studio.openLibrary(path),
    }));
  if (libraries.open === null) return [...keyed, ...recent, ...themes];
  return [
    ...keyed,
    ...ofSelection(studio),
    ...ofViews(studio),
    ...ofClasses(studio),
    ...ofGallery(studio),
    ...recent,
    ...themes,
  ];
}

/** What has a key stands among the keys. */
function ofSelection(studio: Studio): PaletteEntry[] {
  return listSelectionActions(studio)
    .flat()
    .filter(({ isEnabled, keys }) => isEnabled && keys === undefined)
    .map(({ title, run }) => ({ section: 'Selected images', title, run }));
}

function ofViews({ address, dialogs, libraries, training }: Studio): PaletteEntry[] {
  const isReadOnly = libraries.open?.isReadOnly !== false;
  const views = VIEWS.map(({ path, title }) => ({ section: 'Go to', title, run: () => address.go(path) }));
  if (isReadOnly) return views;
  return [
    ...views,
    { section: 'Training', title: 'Train', run: () => void training.start() },
    ...(libraries.open?.roots ?? [])
      .filter(({ isPresent }) => !isPresent)
      .map(({ rootId, name }) => ({
        section: 'Libraries',
        title: `Look for the folder ${name}`,
        run: () => dialogs.show({ kind: 'relink', rootId }),
      })),
    { section: 'Labelling', title: 'New class', run: () => dialogs.show({ kind: 'class', classId: null }) },
    {
      section: 'Labelling',
      title: 'Label from a table',
      run: () => dialogs.show({ kind: 'labels-in' }),
    },
    { section: 'Labelling', title: 'Write labels out', run: () => dialogs.show({ kind: 'label-files' }) },
  ];
}

function ofClasses({ classes, gallery, labelling, libraries, dialogs }: Studio): PaletteEntry[] {
  const canLabel = libraries.open?.isReadOnly === false;
  const isSelecting = canLabel && gallery.isShown && gallery.selection.targets.size > 0;
  const show = classes.rows.map(({ classId, name }) => ({
    section: 'Show',
    title: `Class: ${name}`,
    run: () => gallery.showOnly({ classId: String(classId) }),
  }));
  // Those with a key stand among the keys.
  const label = classes.offered
    .filter(({ key }) => key === null && isSelecting)
    .map(({ classId, name }) => ({
      section: 'Labelling',
      title: `Label as ${name}`,
      run: () => labelling.label(gallery.selection.targets, classId),
    }));
  const edit = (canLabel ? classes.rows : []).map(({ classId, name }) => ({
    section: 'Labelling',
    title: `Change the class ${name}`,
    run: () => dialogs.show({ kind: 'class', classId }),
  }));
  return [...label, ...show, ...edit];
}

function ofGallery({ gallery, classes, libraries }: Studio): PaletteEntry[] {
  const names: FilterNames = {
    findClass: (classId) => classes.find(classId),
    roots: libraries.open?.roots ?? [],
    tags: gallery.lists.tags,
    readers: gallery.lists.readers,
  };
  const yesNo = (Object.keys(YES_NO_FACETS) as Facet[]).flatMap(
    (facet) => choiceOf(facet, 1, gallery.filter, names) ?? [],
  );
  return [
    { section: 'Show', title: 'All images', run: () => gallery.showOnly({}) },
    { section: 'Show', title: 'Unlabelled', run: () => gallery.showOnly({ unlabelled: '1' }) },
    ...yesNo.map(({ title, change }) => ({
      section: 'Filter',
      title,
      run: () => gallery.setFilter(change),
    })),
    ...names.tags.map(({ tagId, name }) => ({
      section: 'Show',
      title: `Tag: ${name}`,
      run: () => gallery.showOnly({ tagId: String(tagId) }),
    })),
    ...gallery.saved.list.map(({ name, query }) => ({
      section: 'Saved filters',
      title: name,
      run: () => gallery.showQuery(query),
    })),
    ...ARRANGEMENTS.map((by) => ({
      section: 'Group by',
      title: ARRANGEMENT_WORDS[by],
      run: () => gallery.setFilter({ arrange: by === 'none' ? null : by }),
    })),
    ...SORTS.filter((sort) => sort !== 'pick' || gallery.filter.pick !== undefined).map((sort) => ({
      section: 'Sort by',
      title: SORT_WORDS[sort],
      run: () => gallery.setFilter({ sort: sort === 'name' ? null : sort, direction: null }),
    })),
    {
      section: 'Sort by',
      title: 'The other way round',
      run: () => gallery.setFilter({ direction: gallery.direction === 'descending' ? null : 'descending' }),
    },
    ...CAPTIONS.map((caption) => ({
      section: 'Captions',
      title: CAPTION_WORDS[caption],
      run: () =>
        gallery.setCaptions(
          CAPTIONS.filter((each) => gallery.captions.includes(each) !== (each === caption)),
        ),
    })),
  ];
}
