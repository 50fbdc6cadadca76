const ELLIPSIS = '…';
const KEEP_AT_MOST = 5000;

/** What was found before, since the same names are drawn again and again. */
const fitted = new Map<string, string>();

/** As much of a text as fits into a width, with an ellipsis where it was cut. */
export function fitText(context: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${context.font}|${width}|${text}`;
  const known = fitted.get(key);
  if (known !== undefined) return known;
  const found = cut(context, text, width);
  if (fitted.size >= KEEP_AT_MOST) fitted.clear();
  fitted.set(key, found);
  return found;
}

function cut(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (text === '' || context.measureText(text).width <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (context.measureText(text.slice(0, middle) + ELLIPSIS).width <= width) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, low) + ELLIPSIS;
}
