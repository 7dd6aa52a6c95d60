const DAY_MS = 24 * 60 * 60 * 1000;
const MONTHS = 12;

/**
 * Patterns of unique tags (`24.21.0.202611210312`) whose promotion is no longer ago than some days, to the month, and of
 * all until the end of next year: single months first, whole years after.
 */
export function monthPatterns(days: number, now: Date): readonly string[] {
  const { year, month } = startOf(days, now);
  const months = Array.from({ length: MONTHS - month + 1 }, (_, at) => month + at);
  const first =
    months.length === MONTHS ? [] : months.map((each) => `*.${year}${String(each).padStart(2, '0')}*`);
  return [...first, ...yearsFrom(first.length === 0 ? year : year + 1, now)];
}

/** The same to the year. */
export function yearPatterns(days: number, now: Date): readonly string[] {
  return yearsFrom(startOf(days, now).year, now);
}

/** Months from 1, as tags have them. */
function startOf(days: number, now: Date): { readonly year: number; readonly month: number } {
  const start = new Date(now.getTime() - days * DAY_MS);
  return { year: start.getUTCFullYear(), month: start.getUTCMonth() + 1 };
}

function yearsFrom(first: number, now: Date): readonly string[] {
  const count = now.getUTCFullYear() + 1 - first + 1;
  return Array.from({ length: count }, (_, at) => `*.${first + at}*`);
}
