/** `a`, `a and b`, `a, b and c`. */
export function listText(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

const MOST_NAMED = 5;

/** The first of many, and how many more. */
export function someText(items: readonly string[]): string {
  const rest = items.length - MOST_NAMED;
  return rest > 0 ? `${items.slice(0, MOST_NAMED).join(', ')} and ${rest} more` : listText(items);
}

const HOUR_MS = 3_600_000;
const HOURS_PER_DAY = 24;
/** Until then hours say more. */
const MOST_HOURS = 72;

/** `40 minutes`, `26 hours`, `9 days`. */
export function ageText(ms: number): string {
  const hours = ms / HOUR_MS;
  if (hours < 1) {
    return `${Math.max(0, Math.floor(hours * 60))} minutes`;
  }
  return hours < MOST_HOURS ? `${Math.floor(hours)} hours` : `${Math.floor(hours / HOURS_PER_DAY)} days`;
}

export function hoursOf(ms: number): number {
  return ms / HOUR_MS;
}
