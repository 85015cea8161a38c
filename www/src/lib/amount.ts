// Decimal numbers with two places, as integers of the hundredth part. Digits are moved as text: 0.1 + 0.2 cannot
// happen here.

/** What people type around an amount, once NFKC has made full-width characters plain. */
const ORNAMENT = /[\s'’]|¥|元|人民币|RMB|CNY|%/giu;
const GROUPED = /^\d{1,3}(?:,\d{3})+(?=\.|$)/;
const DECIMAL = /^(\d+)(?:\.(\d{0,2}))?$/;

/**
 * Reads an amount in yuan as fen, or a percentage as basis points: `8,000.5` is 800050. Spaces, thousands separators,
 * currency signs and full-width characters are accepted. Returns `null` for anything else, such as three decimals.
 */
export function parseHundredths(text: string): number | null {
  // An input method in Chinese mode types `。` for the decimal point.
  let plain = text.normalize('NFKC').replaceAll('。', '.').replace(ORNAMENT, '');
  if (GROUPED.test(plain)) plain = plain.replaceAll(',', '');
  const found = DECIMAL.exec(plain);
  if (!found) return null;
  const hundredths = Number(`${found[1]}${(found[2] ?? '').padEnd(2, '0')}`);
  return Number.isSafeInteger(hundredths) ? hundredths : null;
}

/** Reads a whole number, with separators and full-width digits; `null` for anything else. */
export function parseWhole(text: string): number | null {
  const hundredths = parseHundredths(text);
  return hundredths !== null && hundredths % 100 === 0 ? hundredths / 100 : null;
}

/** Writes fen as yuan with its sign: 150000 is `¥1,500.00`. */
export function formatFen(fen: number): string {
  const digits = String(fen).padStart(3, '0');
  const yuan = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `¥${yuan}.${digits.slice(-2)}`;
}

/** Writes hundredths as they are typed, without what says nothing: 800050 is `8000.5`. */
export function plainHundredths(value: number): string {
  const digits = String(Math.abs(value)).padStart(3, '0');
  const rest = digits.slice(-2).replace(/0+$/, '');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -2)}${rest === '' ? '' : `.${rest}`}`;
}
