import type { Studio } from '../state/studio.svelte.ts';
import type { TargetRequest } from '../gallery/targets.ts';

/** Something that can be done to the selected images, for menus and the palette. */
export interface SelectionAction {
  readonly title: string;
  /** Key that does the same. */
  readonly keys?: string;
  readonly isEnabled: boolean;
  readonly run: () => void;
}

/** The selected images, else the focused one, as calls take them. */
export function selectedTarget({ gallery }: Studio): TargetRequest {
  return gallery.selection.targets.request;
}

/** What can be done to the selection besides giving it a class, in the order of the menus; groups are parted by lines. */
export function listSelectionActions(studio: Studio): readonly (readonly SelectionAction[])[] {
  const { gallery, labelling, dialogs, libraries, classes, models, live } = studio;
  const has = gallery.selection.targets.size > 0;
  const canChange = has && libraries.open?.isReadOnly === false;
  const hasModel = models.list.length > 0 || live.hasPredictions;
  return [
    [
      {
        title: 'Accept what the model says',
        keys: 'Enter',
        isEnabled: canChange && hasModel,
        run: () => labelling.accept(gallery.selection.targets),
      },
      {
        title: 'Accept above a confidence…',
        isEnabled: canChange && hasModel,
        run: () =>
          dialogs.show({
            kind: 'spot-check',
            target: selectedTarget(studio),
            by: 'prediction',
            classId: null,
          }),
      },
      {
        title: 'Spot-check, then label…',
        isEnabled: canChange && classes.offered.length > 0,
        run: () =>
          dialogs.show({ kind: 'spot-check', target: selectedTarget(studio), by: 'class', classId: null }),
      },
      {
        title: 'Read blind a second time…',
        isEnabled: canChange,
        run: () => dialogs.show({ kind: 'reading', target: selectedTarget(studio) }),
      },
      {
        title: 'Clear the label',
        keys: 'Backspace',
        isEnabled: canChange,
        run: () => labelling.label(gallery.selection.targets, null),
      },
    ],
    [
      {
        title: 'Tags…',
        keys: '#',
        isEnabled: canChange,
        run: () => dialogs.show({ kind: 'tags', target: selectedTarget(studio) }),
      },
      {
        title: 'Keep out of training',
        isEnabled: canChange,
        run: () => void studio.curation.exclude(selectedTarget(studio), true),
      },
      {
        title: 'Let into training again',
        isEnabled: canChange,
        run: () => void studio.curation.exclude(selectedTarget(studio), false),
      },
    ],
  ];
}
