import { FoveaError } from '../../shared/errors.ts';
import { presentationOf, type Presentation } from './presentation.ts';

/** What the reader can do about it with one press. */
export interface NoticeAction {
  readonly title: string;
  readonly run: () => void;
}

export interface Notice {
  readonly noticeId: number;
  readonly tone: Presentation['tone'] | 'good';
  readonly heading: string;
  readonly detail: string;
  readonly subject: string | null;
  readonly todo: string | null;
  readonly action: NoticeAction | null;
}

/** How long a passing notice stays; errors stay until dismissed. */
const STAY_MS = 6000;
/** More at once would cover the work. */
const AT_MOST = 4;

/** What the studio has to say to the reader: failures by the table in presentation.ts, and good news. */
export class Notices {
  toasts: readonly Notice[] = $state.raw([]);
  dialog: Notice | null = $state.raw(null);
  #nextId = 1;

  /** Shows a failure as its code demands. @param attempt what was tried: "Labelling 12 images". */
  report(error: unknown, attempt: string, action: NoticeAction | null = null): void {
    const failure = asFoveaError(error);
    if (failure === null) return;
    const presentation = presentationOf(failure.code);
    if (presentation.kind === 'silent') return;
    const notice = this.#make(presentation.tone, `${attempt} did not work`, failure.message, failure);
    if (presentation.kind === 'dialog') this.dialog = { ...notice, heading: presentation.heading, action };
    else this.#show(notice, presentation.tone === 'error' ? null : STAY_MS * 1.5);
  }

  /** Does something that may fail, and tells of it when it does. @param what as `report` takes it @returns whether it went well */
  async attempt(what: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.report(error, what);
      return false;
    }
  }

  /** @param action what can still be done about it, while the notice stays. */
  tell(heading: string, detail = '', action: NoticeAction | null = null): void {
    this.#show({ ...this.#make('good', heading, detail), action }, action === null ? STAY_MS : STAY_MS * 2);
  }

  dismiss(noticeId: number): void {
    this.toasts = this.toasts.filter((each) => each.noticeId !== noticeId);
  }

  closeDialog(): void {
    this.dialog = null;
  }

  #make(tone: Notice['tone'], heading: string, detail: string, failure?: FoveaError): Notice {
    const noticeId = this.#nextId;
    this.#nextId += 1;
    return {
      noticeId,
      tone,
      heading,
      detail,
      subject: failure?.subject ?? null,
      todo: failure?.todo ?? null,
      action: null,
    };
  }

  #show(notice: Notice, stayMs: number | null): void {
    const same = (each: Notice): boolean =>
      each.heading === notice.heading && each.detail === notice.detail && each.subject === notice.subject;
    this.toasts = [...this.toasts.filter((each) => !same(each)), notice].slice(-AT_MOST);
    if (stayMs !== null) setTimeout(() => this.dismiss(notice.noticeId), stayMs);
  }
}

/** Any thrown thing as a FoveaError; null for an abort, which is nobody's failure. */
export function asFoveaError(error: unknown): FoveaError | null {
  if (error instanceof FoveaError) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return null;
  const told = error instanceof Error ? error.message : String(error);
  return new FoveaError('internal', `The window met an unexpected failure: ${told}`, {
    todo: 'Nothing saved is lost. Reload the window if it does not recover.',
    cause: error,
  });
}
