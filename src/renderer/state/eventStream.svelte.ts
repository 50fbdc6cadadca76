import type { StudioEvent } from '../../shared/events.ts';

export type Connection = 'connecting' | 'live' | 'lost';

/** The core's one event stream. The browser reconnects by itself; the core then says `library.changed` first. */
export class EventStream {
  connection: Connection = $state('connecting');
  readonly #address: string;
  readonly #onEvent: (event: StudioEvent) => void;

  constructor(address: string, onEvent: (event: StudioEvent) => void) {
    this.#address = address;
    this.#onEvent = onEvent;
  }

  /** Connects; returns its undo. */
  listen(): () => void {
    let source = this.#connect();
    // A stream that was refused outright (a core being restarted) is closed for good by the browser.
    const retry = setInterval(() => {
      if (source.readyState === EventSource.CLOSED) source = this.#connect();
    }, 1500);
    return () => {
      clearInterval(retry);
      source.close();
    };
  }

  #connect(): EventSource {
    const source = new EventSource(this.#address);
    source.onopen = () => {
      this.connection = 'live';
    };
    source.onerror = () => {
      this.connection = 'lost';
    };
    source.onmessage = (message: MessageEvent<string>) => {
      this.#onEvent(JSON.parse(message.data) as StudioEvent);
    };
    return source;
  }
}
