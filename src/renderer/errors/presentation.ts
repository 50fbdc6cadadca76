import type { ErrorCode } from '../../shared/errors.ts';

/** `silent` leaves it to the place where it shows anyway; `toast` passes; `dialog` waits for the reader. */
export type PresentationKind = 'silent' | 'toast' | 'dialog';

export interface Presentation {
  readonly kind: PresentationKind;
  readonly tone: 'info' | 'warning' | 'error';
  /** Heading when the place that failed gives none. */
  readonly heading: string;
}

/** How each code is shown, in one place. */
const PRESENTATION: Record<ErrorCode, Presentation> = {
  cancelled: { kind: 'silent', tone: 'info', heading: 'Cancelled' },
  // The bottom bar shows the connection for as long as it is lost.
  disconnected: { kind: 'silent', tone: 'warning', heading: 'Connection lost' },
  invalid: { kind: 'toast', tone: 'warning', heading: 'That cannot be used' },
  not_found: { kind: 'toast', tone: 'warning', heading: 'Not found' },
  conflict: { kind: 'toast', tone: 'warning', heading: 'That conflicts with what is there' },
  unreadable: { kind: 'toast', tone: 'error', heading: 'Cannot be read' },
  unsupported: { kind: 'toast', tone: 'warning', heading: 'Not supported' },
  internal: { kind: 'toast', tone: 'error', heading: 'Something went wrong inside the studio' },
  busy: { kind: 'dialog', tone: 'warning', heading: 'In use elsewhere' },
  no_space: { kind: 'dialog', tone: 'error', heading: 'The disk is full' },
  newer_library: { kind: 'dialog', tone: 'warning', heading: 'Made by a newer version' },
  corrupt: { kind: 'dialog', tone: 'error', heading: 'The library is damaged' },
};

export function presentationOf(code: ErrorCode): Presentation {
  return PRESENTATION[code];
}
