import { app, type Session, type WebContents } from 'electron';
import { isOwnDocument, isOwnPage } from './addresses.ts';

// Nothing leaves the machine. Several layers say so, because each of them misses something: the switches keep
// Chromium's own services quiet, the session refuses what a page might ask, the page policy stands before both.

const SCHEMES = ['fovea:', 'devtools:', 'data:', 'blob:'];

/** Switches that must be set before Chromium starts. */
export function switchNetworkOff(): void {
  const { commandLine } = app;
  commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  // A proxy that nobody answers for; without the second line loopback would go around it.
  commandLine.appendSwitch('proxy-server', 'http://127.0.0.1:9');
  commandLine.appendSwitch('proxy-bypass-list', '<-loopback>');
  commandLine.appendSwitch('force-webrtc-ip-handling-policy', 'disable_non_proxied_udp');
  for (const name of [
    'disable-background-networking',
    'disable-component-update',
    'disable-domain-reliability',
    'disable-quic',
    'no-pings',
  ]) {
    commandLine.appendSwitch(name);
  }
}

/** Refuses every permission, every device and every request that is not answered by this program itself. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler(null);
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !SCHEMES.includes(new URL(details.url).protocol) });
  });
  // Otherwise Chromium fetches dictionaries.
  session.setSpellCheckerEnabled(false);
}

/** Keeps a page where it is: no other address, no new window, no embedded page but the studio's own documents. */
export function lockContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-navigate', (event) => {
    if (!isOwnPage(event.url) && !event.url.startsWith('devtools:')) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame && !isOwnDocument(event.url)) event.preventDefault();
  });
}
