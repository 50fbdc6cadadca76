import type { Database } from 'better-sqlite3';

/** What a library remembers by name. */
export function readSetting(db: Database, name: string): string | undefined {
  return db.prepare<[string], string>('SELECT value FROM settings WHERE name = ?').pluck().get(name);
}

export function writeSetting(db: Database, name: string, value: string): void {
  db.prepare(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ).run(name, value);
}

export function removeSetting(db: Database, name: string): void {
  db.prepare('DELETE FROM settings WHERE name = ?').run(name);
}
