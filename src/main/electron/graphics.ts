import { existsSync } from 'node:fs';
import { app } from 'electron';

/** What a Linux machine with a graphics card shows to its programs. */
const GRAPHICS_DEVICES = ['/dev/dri', '/dev/nvidia0'];

/**
 * Draws by software from the start where a Linux machine has no graphics card (virtual machines, xvfb). Left to
 * itself Chromium first loses a GPU process there, and a page that is starting then may wait for it for ever:
 * 5 of 16 starts of Electron 33 hung. WebGL works either way.
 */
export function drawBySoftwareWithoutCard(): void {
  if (process.platform !== 'linux' || GRAPHICS_DEVICES.some((device) => existsSync(device))) return;
  app.commandLine.appendSwitch('use-gl', 'angle');
  app.commandLine.appendSwitch('use-angle', 'swiftshader');
  app.commandLine.appendSwitch('enable-unsafe-swiftshader');
  app.commandLine.appendSwitch('ignore-gpu-blocklist');
}
