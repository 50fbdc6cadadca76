const counts = new Intl.NumberFormat('en');

/** 12345 → "12,345". */
export function formatCount(value: number): string {
  return counts.format(value);
}

/** "1 image", "12 images"; the plural is given where it is not noun + s. */
export function formatQuantity(value: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(value)} ${value === 1 ? noun : plural}`;
}

/** 0.9134 → "91.3 %"; a share that is not all is never rounded up to 100 %. */
export function formatShare(value: number, digits = 1): string {
  const percent = value * 100;
  const ceiling = 100 - 10 ** -digits;
  const shown = value < 1 && percent > ceiling ? ceiling : percent;
  return `${shown.toFixed(digits)} %`;
}

/** 0.871, 0.943 → "87.1 – 94.3 %". */
export function formatRange(interval: readonly [number, number], digits = 1): string {
  return `${(interval[0] * 100).toFixed(digits)} – ${(interval[1] * 100).toFixed(digits)} %`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** 1536 → "1.5 kB", in powers of 1000 as file managers show them. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? 'B'}`;
}

/** Seconds as a person says them: "0.7 s", "8 s", "3 min 20 s", "1 h 5 min". */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return withRest(Math.floor(whole / 60), 'min', whole % 60, 's');
  return withRest(Math.floor(whole / 3600), 'h', Math.round((whole % 3600) / 60), 'min');
}

function withRest(main: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${main} ${unit}` : `${main} ${unit} ${rest} ${restUnit}`;
}

/** "today 14:05", "yesterday 09:12", "3 Nov 2026". @param now ms epoch, for tests. */
export function formatWhen(at: number, now = Date.now()): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
  if (days === 0) return `today ${time}`;
  if (days === 1) return `yesterday ${time}`;
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
