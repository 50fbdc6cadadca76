/** What a spreadsheet takes for the start of a formula, also behind blanks that it would skip. */
const FORMULA_START = /^[\s\uFEFF\u200B]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/;

/**
 * Makes text safe as a spreadsheet cell: NUL becomes U+FFFD, lone surrogates are repaired, and text that a
 * spreadsheet could run as a formula is preceded by an apostrophe. Numbers must not pass through here.
 * Source: OWASP ASVS 5.0, 1.2.10, plus the full-width forms and leading blanks.
 */
export function guardSpreadsheetText(text: string): string {
  const clean = text.toWellFormed().replaceAll('\0', '\uFFFD');
  return FORMULA_START.test(clean) ? `'${clean}` : clean;
}

/** The text that a cell guarded by `guardSpreadsheetText` was made from. */
export function unguardSpreadsheetText(cell: string): string {
  return cell.startsWith("'") && FORMULA_START.test(cell.slice(1)) ? cell.slice(1) : cell;
}
