import type { Shortcut } from '../state/shortcuts.ts';
import type { Studio } from '../state/studio.svelte.ts';

/** Shows each pixel of a picture as one of the screen. */
export const PIXELS_KEY = '*';

/** How far an arrow with Shift moves a magnified picture, in CSS pixels. */
const PAN = 120;

/** The keys of the review, besides those of the classes. */
export function listReviewShortcuts({ review, libraries }: Studio): readonly Shortcut[] {
  const { zoom } = review;
  const isActive = (): boolean => libraries.open !== null && review.isShown;
  // A button that has the focus keeps its own keys.
  const isFree = (): boolean => isActive() && !(document.activeElement instanceof HTMLButtonElement);
  const canLabel = (): boolean => isFree() && review.canLabel;
  const keys: readonly (readonly [keys: string, title: string, run: () => void, isActive?: () => boolean])[] =
    [
      ['ArrowRight', 'Next image', () => review.move(1)],
      ['ArrowLeft', 'Image before', () => review.move(-1)],
      ['Home', 'First image', () => review.show(0)],
      ['End', 'Last image', () => review.show(review.ids.length - 1)],
      ['Enter', 'Accept what the model says', () => review.accept(), canLabel],
      ['u', 'Next unlabelled image', () => void review.showUnlabelled()],
      ['+', 'Zoom in', () => zoom.magnify(1)],
      ['-', 'Zoom out', () => zoom.magnify(-1)],
      ['0', 'The whole picture', () => zoom.fit()],
      [PIXELS_KEY, 'Pixel for pixel', () => zoom.showPixels()],
      ['Shift+ArrowRight', 'Move over a magnified picture', () => zoom.pan(-PAN, 0)],
      ['Shift+ArrowLeft', 'Move left', () => zoom.pan(PAN, 0)],
      ['Shift+ArrowUp', 'Move up', () => zoom.pan(0, PAN)],
      ['Shift+ArrowDown', 'Move down', () => zoom.pan(0, -PAN)],
      ['Escape', 'Back to the images', () => review.leave()],
      ['Space', 'Back to the images', () => review.leave(), isFree],
    ];
  return keys.map(([key, title, run, own]) => ({
    section: 'Review',
    keys: key,
    title,
    run,
    isActive: own ?? isActive,
  }));
}
