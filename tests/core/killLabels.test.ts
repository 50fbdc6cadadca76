import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { read, startClient, type Client } from '../../src/main/cli/client.ts';
import { createRandom, type Random } from '../../src/main/core/math/random.ts';
import { makeTemporaryFolder } from '../support/temporary.ts';

/** Two libraries at once, each with a core that is killed so often: 210 kills. */
const LIBRARIES = 2;
const KILLS = 105;
/** From the moment the labelling goes to the kill, at random: from the first label's way in to a good many labels. */
const LONGEST_LIFE_MS = 120;

/** Each lane labels its own images, one action after the other, so that several are in flight at once. */
const SINGLE_LANES = 4;
const IMAGES_PER_LANE = 12;
/** One lane labels so many at once: a transaction that a kill is likely to meet. */
const BULK = 450;
const IMAGES = SINGLE_LANES * IMAGES_PER_LANE + BULK;

/** Images that are labelled together, and what the library may say of them. */
interface Lane {
  readonly groups: readonly { readonly imageIds: readonly number[]; said: Said }[];
}

/** The class that was acknowledged last, and the one that was sent after it and not answered, if any. */
interface Said {
  readonly acknowledged: number | null;
  readonly unanswered: number | null;
}

function makeLanes(): Lane[] {
  const nothing: Said = { acknowledged: null, unanswered: null };
  const single = Array.from({ length: SINGLE_LANES }, (_, lane) => ({
    groups: Array.from({ length: IMAGES_PER_LANE }, (_, index) => ({
      imageIds: [lane * IMAGES_PER_LANE + index + 1],
      said: nothing,
    })),
  }));
  const imageIds = Array.from({ length: BULK }, (_, index) => IMAGES - BULK + index + 1);
  return [...single, { groups: [{ imageIds, said: nothing }] }];
}

function fillLibrary(library: string): void {
  const db = new Database(path.join(library, 'library.db'));
  db.exec(
    `INSERT INTO roots (root_id, path, name, labels, groups, added_at) VALUES (1, '/r', 'r', '{}', '{}', 0)`,
  );
  const insert = db.prepare(
    `INSERT INTO images (sha256, root_id, path, bytes, width, height, format, pages, sharpness, brightness, contrast, saturation, added_at)
     VALUES (?, 1, ?, 1, 1, 1, 'png', 1, 0, 0, 0, 0, 0)`,
  );
  for (let index = 0; index < IMAGES; index++) insert.run(`hash ${index}`, `${index}.png`);
  db.close();
}

/** Labels one group after the other with changing classes until the core is gone. @returns how often it was answered. */
async function labelUntilKilled({ api }: Client, { groups }: Lane, random: Random): Promise<number> {
  for (let answers = 0; ; answers++) {
    const group = groups[random.int(groups.length)]!;
    const { acknowledged } = group.said;
    const classId = acknowledged === 1 ? 2 : 1;
    group.said = { acknowledged, unanswered: classId };
    try {
      await read(api.labels.$post({ json: { imageIds: [...group.imageIds], classId } }));
    } catch {
      return answers;
    }
    // Only now would a window say that it is saved.
    group.said = { acknowledged: classId, unanswered: null };
  }
}

/** What the library says of every image, asked of the core that was started anew. */
async function readLabels({ api }: Client): Promise<Map<number, number | null>> {
  const all = Array.from({ length: IMAGES }, (_, index) => index + 1);
  const { rows } = await read(api.images.rows.$post({ json: { imageIds: all } }));
  return new Map(rows.map(({ imageId, classId }) => [imageId, classId]));
}

/** Counts acknowledged labels that are not there and actions done in part; takes over what the library says. */
function compare(lanes: readonly Lane[], labels: ReadonlyMap<number, number | null>): Outcome {
  const outcome: Outcome = { lost: 0, halves: 0, rolledBack: 0 };
  for (const group of lanes.flatMap((lane) => lane.groups)) {
    const found = new Set(group.imageIds.map((imageId) => labels.get(imageId) ?? null));
    if (found.size > 1) outcome.halves += 1;
    const [classId = null] = found;
    const { acknowledged, unanswered } = group.said;
    // What was sent and not answered may be there or not: nothing was promised of it.
    if (classId !== acknowledged && (unanswered === null || classId !== unanswered)) outcome.lost += 1;
    if (unanswered !== null && classId === acknowledged) outcome.rolledBack += 1;
    group.said = { acknowledged: classId, unanswered: null };
  }
  return outcome;
}

interface Outcome {
  lost: number;
  halves: number;
  /** Actions under way when the core was killed that left nothing behind. */
  rolledBack: number;
}

async function killAgainAndAgain(
  library: string,
  seed: number,
): Promise<Outcome & { kills: number; answers: number }> {
  const random = createRandom(seed);
  const lanes = makeLanes();
  const total = { kills: 0, answers: 0, lost: 0, halves: 0, rolledBack: 0 };
  for (;;) {
    const client = await startClient('a test');
    await read(client.api.library.open.$post({ json: { path: library, create: true } }));
    if (total.kills === 0) {
      for (const name of ['A', 'B']) await read(client.api.classes.$post({ json: { name } }));
      await read(client.api.library.close.$post());
      fillLibrary(library);
      await read(client.api.library.open.$post({ json: { path: library } }));
    }
    const outcome = compare(lanes, await readLabels(client));
    total.lost += outcome.lost;
    total.halves += outcome.halves;
    total.rolledBack += outcome.rolledBack;
    if (total.kills === KILLS) {
      // The chain of all events, every reference, every page of the file.
      expect(await read(client.api.library.check.$post())).toMatchObject({ ok: true });
      await client.close();
      return total;
    }
    const { pid } = await read(client.api.health.$get());
    const killed = new Promise<void>((resolve) => {
      setTimeout(() => {
        process.kill(pid, 'SIGKILL');
        resolve();
      }, random.next() * LONGEST_LIFE_MS);
    });
    const answers = await Promise.all(lanes.map((lane) => labelUntilKilled(client, lane, random)));
    await killed;
    await client.close();
    total.kills += 1;
    total.answers += answers.reduce((sum, each) => sum + each, 0);
  }
}

describe('a core that is killed', () => {
  it(
    `loses no acknowledged label in ${LIBRARIES * KILLS} kills at random moments`,
    { timeout: 400_000 },
    async () => {
      const folder = await makeTemporaryFolder();
      process.env['FOVEA_USER_DATA'] = path.join(folder, 'user-data');
      const runs = await Promise.all(
        Array.from({ length: LIBRARIES }, (_, index) =>
          killAgainAndAgain(path.join(folder, `${index}.fovea`), index + 1),
        ),
      );
      for (const run of runs) {
        expect(run).toMatchObject({ kills: KILLS, lost: 0, halves: 0 });
        // Many labels were in question, and many kills met an action under way.
        expect(run.answers).toBeGreaterThan(KILLS);
        expect(run.rolledBack).toBeGreaterThan(KILLS / 2);
      }
    },
  );
});
