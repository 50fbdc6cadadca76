import { Z95, wilsonInterval } from './wilson.ts';

/** How two methods did on the same cases. */
export interface PairedCounts {
  readonly bothRight: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly bothWrong: number;
}

/**
 * 95 % interval of the second share minus the first, of paired cases, from the Wilson intervals of the two shares
 * and their correlation (Newcombe, Statistics in Medicine 17:2635, 1998, method 10). Throws RangeError for no cases.
 */
export function pairedInterval(counts: PairedCounts): [low: number, high: number] {
  const { bothRight, onlyFirst, onlySecond, bothWrong } = counts;
  const n = bothRight + onlyFirst + onlySecond + bothWrong;
  if (!(n > 0)) throw new RangeError('There are no pairs.');
  const first = (bothRight + onlyFirst) / n;
  const second = (bothRight + onlySecond) / n;
  const [lowFirst, highFirst] = wilsonInterval(bothRight + onlyFirst, n, Z95)!;
  const [lowSecond, highSecond] = wilsonInterval(bothRight + onlySecond, n, Z95)!;
  const phi = correlate(counts, n);
  const difference = second - first;
  return [
    difference - combine(second - lowSecond, highFirst - first, phi),
    difference + combine(highSecond - second, first - lowFirst, phi),
  ];
}

function combine(a: number, b: number, phi: number): number {
  return Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
}

/** The correlation of being right, with Newcombe's correction for continuity where it is above 0. */
function correlate({ bothRight, onlyFirst, onlySecond, bothWrong }: PairedCounts, n: number): number {
  const scale = Math.sqrt(
    (bothRight + onlyFirst) * (onlySecond + bothWrong) * (bothRight + onlySecond) * (onlyFirst + bothWrong),
  );
  if (scale === 0) return 0;
  const product = bothRight * bothWrong - onlyFirst * onlySecond;
  return (product > 0 ? Math.max(product - n / 2, 0) : product) / scale;
}
