import { readFileSync } from 'node:fs';
import type { Rectangle } from 'electron';
import { writeFileAtomic } from '../core/files/writeAtomic.ts';

/** Where the window was when it was closed. */
export interface WindowState {
  readonly bounds: Rectangle | null;
  readonly isMaximized: boolean;
}

const NOTHING: WindowState = { bounds: null, isMaximized: false };
/** So much of the window must lie on a screen, or it could not be found and dragged back. */
const VISIBLE = 100;

/** Reads the state; a missing or damaged file, or a window on a screen that is gone, counts as none. */
export function readWindowState(file: string, screens: readonly Rectangle[]): WindowState {
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8')) as { bounds?: unknown; isMaximized?: unknown };
    const bounds = isRectangle(saved.bounds) && isOnScreen(saved.bounds, screens) ? saved.bounds : null;
    return { bounds, isMaximized: saved.isMaximized === true };
  } catch {
    return NOTHING;
  }
}

/** Remembers the state; failing to is no reason to bother anyone. */
export async function writeWindowState(file: string, state: WindowState): Promise<void> {
  await writeFileAtomic(file, JSON.stringify(state)).catch(() => undefined);
}

function isOnScreen(bounds: Rectangle, screens: readonly Rectangle[]): boolean {
  return screens.some((screen) => {
    const width = Math.min(bounds.x + bounds.width, screen.x + screen.width) - Math.max(bounds.x, screen.x);
    const height =
      Math.min(bounds.y + bounds.height, screen.y + screen.height) - Math.max(bounds.y, screen.y);
    return width >= VISIBLE && height >= VISIBLE;
  });
}

function isRectangle(value: unknown): value is Rectangle {
  const numbers = value as Record<keyof Rectangle, unknown> | null | undefined;
  return [numbers?.x, numbers?.y, numbers?.width, numbers?.height].every(Number.isSafeInteger);
}
