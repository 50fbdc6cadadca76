import { goToUnlabelled } from '../labels/goToUnlabelled.ts';
import { selectedTarget } from '../labels/selectionActions.ts';
import { listReviewShortcuts } from '../review/reviewKeys.ts';
import type { Shortcut } from '../state/shortcuts.ts';
import type { Studio } from '../state/studio.svelte.ts';

/** All key commands of the present library, in the order in which the list of keys shows them. */
export function listShortcuts(studio: Studio): readonly Shortcut[] {
  const { gallery, labelling, classes, dialogs, address, libraries, review, readings } = studio;
  const isOpen = (): boolean => libraries.open !== null;
  const isInGallery = (): boolean => isOpen() && gallery.isShown;
  const canLabel = (): boolean => isInGallery() && libraries.open?.isReadOnly === false;
  const canLabelOne = (): boolean => canLabel() || review.canLabel || readings.canAnswer;
  const label = (classId: number | null): void => {
    if (review.isShown) review.label(classId);
    else if (readings.shownId !== null) answerOrTakeBack(studio, classId);
    else labelling.label(gallery.selection.targets, classId);
  };
  return [
    ...classes.rows
      .filter((row) => row.key !== null)
      .map((row) => ({
        keys: row.key ?? '',
        title: `Label as ${row.name}`,
        section: 'Labelling',
        run: () => label(row.classId),
        isActive: canLabelOne,
      })),
    command(
      'Labelling',
      'Enter',
      'Accept what the model says',
      () => labelling.accept(gallery.selection.targets),
      canLabel,
    ),
    command('Labelling', 'Backspace', 'Clear the label', () => label(null), canLabelOne),
    command('Labelling', 'U', 'Next unlabelled image', () => void goToUnlabelled(studio), isInGallery),
    command(
      'Labelling',
      '#',
      'Tags of the selected images',
      () => dialogs.show({ kind: 'tags', target: selectedTarget(studio) }),
      () => canLabel() && gallery.selection.targets.size > 0,
    ),
    command('Labelling', 'Mod+Z', 'Undo', () => labelling.undo(), isOpen),
    command('Labelling', 'Mod+Shift+Z', 'Redo', () => labelling.redo(), isOpen),
    command('Labelling', 'Mod+Y', 'Redo', () => labelling.redo(), isOpen),
    command('Images', 'Mod+A', 'Select all', () => gallery.selection.selectAll(), isInGallery),
    command('Images', 'Mod+Shift+I', 'Invert the selection', () => gallery.selection.invert(), isInGallery),
    command('Images', 'Escape', 'Deselect', () => gallery.selection.clear(), isInGallery),
    command(
      'Images',
      'Space',
      'Large view, one image after the other',
      () => address.go('/review', address.query),
      isInGallery,
    ),
    command(
      'Images',
      'Mod+Enter',
      'Inspector',
      () => (gallery.isInspecting = !gallery.isInspecting),
      isInGallery,
    ),
    command('Images', '+', 'Larger pictures', () => gallery.setTile(gallery.tile + 24), isInGallery),
    command('Images', '-', 'Smaller pictures', () => gallery.setTile(gallery.tile - 24), isInGallery),
    command('Images', '/', 'Search the paths', () => focusSearch(), isInGallery),
    ...listReviewShortcuts(studio),
    command('Studio', 'Mod+O', 'Open a library', () => dialogs.show({ kind: 'open-library' })),
    command('Studio', 'Mod+I', 'Import a folder', () => dialogs.show({ kind: 'import', folder: null })),
    command('Studio', 'Mod+K', 'Do anything by its name', () => dialogs.show({ kind: 'palette' })),
    command('Studio', '?', 'These keys', () => dialogs.show({ kind: 'keys' })),
  ];
}

function command(
  section: string,
  keys: string,
  title: string,
  run: () => void,
  isActive: () => boolean = () => true,
): Shortcut {
  return { section, keys, title, run, isActive };
}

/** In a blind reading Backspace takes the answer before back, as the shown image has none yet. */
function answerOrTakeBack({ readings }: Studio, classId: number | null): void {
  if (classId === null) readings.takeBack();
  else readings.answer(classId);
}

function focusSearch(): void {
  document.getElementById('gallery-search')?.focus();
}
