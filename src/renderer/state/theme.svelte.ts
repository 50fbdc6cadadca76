export const THEME_CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

export const THEME_WORDS: Record<ThemeChoice, string> = {
  system: 'As the system',
  light: 'Light',
  dark: 'Dark',
};

const STORED_AS = 'fovea.theme';

/** Light or dark: as the system says, unless the reader chose. */
export class Theme {
  choice: ThemeChoice = $state('system');
  #systemIsDark: boolean = $state(false);
  readonly #storage: Storage;
  readonly #system: MediaQueryList;

  constructor(host: Window) {
    this.#storage = host.localStorage;
    this.#system = host.matchMedia('(prefers-color-scheme: dark)');
    this.#systemIsDark = this.#system.matches;
    const stored = this.#storage.getItem(STORED_AS);
    this.choice = THEME_CHOICES.find((each) => each === stored) ?? 'system';
  }

  get shown(): 'light' | 'dark' {
    if (this.choice !== 'system') return this.choice;
    return this.#systemIsDark ? 'dark' : 'light';
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    this.#storage.setItem(STORED_AS, choice);
  }

  /** Follows the system's setting; returns its undo. */
  listen(): () => void {
    const follow = (event: MediaQueryListEvent): void => {
      this.#systemIsDark = event.matches;
    };
    this.#system.addEventListener('change', follow);
    return () => this.#system.removeEventListener('change', follow);
  }
}
