import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { HostCommand } from '../../shared/host.ts';

/** The menu bar. What the studio itself does is asked of the page; the rest are the system's own roles. */
export function buildMenu(send: (command: HostCommand) => void): Menu {
  const isMac = process.platform === 'darwin';
  const ask = (label: string, accelerator: string, command: HostCommand): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => send(command),
  });
  const file: MenuItemConstructorOptions[] = [
    ask('&New library…', 'CmdOrCtrl+N', { type: 'new-library' }),
    ask('&Open library…', 'CmdOrCtrl+O', { type: 'open-library' }),
    { type: 'separator' },
    ask('&Import folder…', 'CmdOrCtrl+I', { type: 'import-folder', folder: null }),
    { type: 'separator' },
    isMac ? { role: 'close' } : { role: 'quit' },
  ];
  const view: MenuItemConstructorOptions[] = [
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'resetZoom' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  if (!app.isPackaged) view.push({ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' });
  app.setAboutPanelOptions({
    applicationName: 'Fovea Studio',
    applicationVersion: app.getVersion(),
    copyright: 'Research use only. Nothing leaves this machine.',
  });
  return Menu.buildFromTemplate([
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { label: '&File', submenu: file },
    { role: 'editMenu' },
    { label: '&View', submenu: view },
    { label: '&Help', submenu: [{ label: '&About Fovea Studio', click: () => app.showAboutPanel() }] },
  ]);
}
