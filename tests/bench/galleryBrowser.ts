import type { CDPSession, Page } from 'playwright';
import { openStudio } from '../support/openStudio.ts';
import { say } from './benchmark.ts';

/** What one thing that a person does cost. */
export interface Case {
  /** From the deed to pictures in the whole window, or to the label being saved; ms. */
  readonly ms: number;
  /** Longest task of the page's thread, 0 when none reached 50 ms. */
  readonly longestTaskMs: number;
  readonly droppedFrames: number;
}

export interface BrowserFigures {
  readonly open: Case;
  readonly fling: Case;
  readonly jump: Case;
  readonly filter: Case;
  readonly label: Case;
  readonly undo: Case;
  readonly labelled: number;
  readonly gridElements: number;
  readonly heapMiB: number;
}

/** What the page tells of itself: long tasks and frames since `begin`, and whether the window is full of pictures. */
function installProbe(): void {
  const state = { tasks: [] as number[], frames: 0, last: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) state.tasks.push(entry.duration);
  }).observe({ type: 'longtask' });
  const tick = (now: number): void => {
    if (state.last > 0) state.frames += Math.max(0, Math.round((now - state.last) / (1000 / 60)) - 1);
    state.last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  /** True when the first picture of each row in the window is painted: an empty place is see-through. */
  const isPainted = (): boolean => {
    const box = document.querySelector('[role="grid"]');
    const canvases = [...(box?.querySelectorAll('canvas') ?? [])];
    const bounds = box?.getBoundingClientRect();
    const seen = canvases.filter((canvas) => {
      const { top, bottom } = canvas.getBoundingClientRect();
      return bounds !== undefined && bottom > bounds.top + 40 && top < bounds.bottom - 40;
    });
    return (
      seen.length > 0 &&
      seen.every((canvas) => {
        const scale = canvas.width / canvas.clientWidth;
        const pixel = canvas.getContext('2d')?.getImageData(60 * scale, 40 * scale, 1, 1).data;
        return pixel?.[3] === 255;
      })
    );
  };
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => requestAnimationFrame(resolve));
  };
  Object.assign(window, {
    probe: {
      begin: () => Object.assign(state, { tasks: [], frames: 0 }),
      end: () => ({ longestTaskMs: Math.max(0, ...state.tasks), droppedFrames: state.frames }),
      isPainted,
      until,
    },
  });
}

interface Probe {
  begin(): void;
  end(): Omit<Case, 'ms'>;
  isPainted(): boolean;
  until(holds: () => boolean): Promise<void>;
}
declare global {
  interface Window {
    readonly probe: Probe;
  }
}

/** Does in Chromium, over the real core behind the real web host, what a person does in the gallery. */
export async function measureBrowser(folder: string, unlabelled: number): Promise<BrowserFigures> {
  const studio = await openStudio();
  const { page } = studio;
  try {
    const client = await page.context().newCDPSession(page);
    await client.send('Performance.enable');
    await page.addInitScript(installProbe);
    await page.reload();
    await page.getByRole('heading', { name: 'Fovea Studio' }).waitFor();
    let heapMiB = 0;
    let gridElements = 0;
    const look = async (): Promise<void> => {
      heapMiB = Math.max(heapMiB, await readHeap(client));
      gridElements = Math.max(gridElements, await page.locator('[role="grid"] *').count());
    };
    const measure = async <Input>(
      name: string,
      act: (input: Input) => Promise<void>,
      input: Input,
    ): Promise<Case> => {
      // What the case before it began has then come to rest.
      await page.waitForTimeout(700);
      await page.evaluate(() => window.probe.begin());
      const ms = await page.evaluate(
        `(async () => { const began = performance.now(); await (${act.toString()})(${JSON.stringify(input)}); return performance.now() - began; })()`,
      );
      const rest = await page.evaluate(() => window.probe.end());
      await look();
      say(`${name}: ${JSON.stringify({ ms, ...rest })}`);
      return { ms: ms as number, ...rest };
    };

    const open = await measure(
      'open',
      async (path: string) => {
        await fetch('/api/library/open', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ path, create: false }),
        });
        await window.probe.until(window.probe.isPainted);
      },
      folder,
    );
    const fling = await measure('fling', flingToEnd, 180);
    const jump = await measure('jump', jumpToMiddle, 0.5);
    const filter = await measure('filter', showAddress, '#/images?classId=1&sort=confidence');
    await measure('unlabelled', showAddress, '#/images?unlabelled=1');
    await pressIn(page, 'Control+a');
    const label = await measure('label', pressAndWait, '1');
    const labelled = unlabelled - (await readUnlabelled(page));
    const undo = await measure('undo', pressAndWait, 'Control+z');
    if ((await readUnlabelled(page)) !== unlabelled)
      throw new Error('Undo did not bring back what was before.');
    await page.evaluate(() => localStorage.setItem('fovea.tile', '48'));
    await page.setViewportSize({ width: 2560, height: 1440 });
    await page.goto(new URL('/#/images', page.url()).href);
    await page.reload();
    await measure('many', jumpToMiddle, 0.3);
    return { open, fling, jump, filter, label, undo, labelled, gridElements, heapMiB };
  } finally {
    await studio.close();
  }
}

async function flingToEnd(frames: number): Promise<void> {
  const box = document.querySelector('[role="grid"]')!;
  for (let frame = 1; frame <= frames; frame += 1) {
    box.scrollTop = ((box.scrollHeight - box.clientHeight) * frame) / frames;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  await window.probe.until(window.probe.isPainted);
}

async function jumpToMiddle(share: number): Promise<void> {
  const box = document.querySelector('[role="grid"]')!;
  box.scrollTop = (box.scrollHeight - box.clientHeight) * share;
  await new Promise((resolve) => requestAnimationFrame(resolve));
  await window.probe.until(window.probe.isPainted);
}

async function showAddress(hash: string): Promise<void> {
  const total = document.querySelector('.total')?.textContent;
  location.hash = hash;
  await window.probe.until(
    () => document.querySelector('.total')?.textContent !== total && window.probe.isPainted(),
  );
}

async function pressAndWait(keys: string): Promise<void> {
  const parts = keys.split('+');
  const key = parts.pop()!;
  const isSaved = (): boolean => document.body.textContent.includes('All labels saved');
  const target = document.activeElement ?? document.body;
  target.dispatchEvent(
    new KeyboardEvent('keydown', { key, ctrlKey: parts.includes('Control'), bubbles: true }),
  );
  await window.probe.until(() => !isSaved());
  await window.probe.until(isSaved);
}

async function pressIn(page: Page, keys: string): Promise<void> {
  await page.locator('[role="gridcell"]').first().click();
  await page.keyboard.press(keys);
}

async function readUnlabelled(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const counts = (await (await fetch('/api/labels/counts')).json()) as { unlabelled: number };
    return counts.unlabelled;
  });
}

async function readHeap(client: CDPSession): Promise<number> {
  const { metrics } = await client.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 2 ** 20;
}
