import { existsSync } from 'node:fs';
import { chromium } from 'playwright';
import type { Browser } from 'playwright';

const CANDIDATES = [
  process.env['FOVEA_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The system's Chromium, or null where there is none; tests that need it skip then. */
export const chromiumPath: string | null =
  CANDIDATES.find((candidate) => candidate !== undefined && existsSync(candidate)) ?? null;

/** Nothing that would reach for the network on its own; without a sandbox because tests may run as root. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the system's Chromium without a window. Only call it where `chromiumPath` is not null. */
export async function launchChromium(): Promise<Browser> {
  if (chromiumPath === null) throw new Error('Chromium is not here; guard this test with skipIf.');
  return await chromium.launch({ executablePath: chromiumPath, headless: true, args: FLAGS });
}
