const BYTES_PER_MB = 1_000_000;
const MS_PER_SECOND = 1000;
const SECONDS_PER_MINUTE = 60;

/** `52.1 MB`: decimal, as registries and disk makers count. */
export function megabytesText(bytes: number): string {
  return `${(bytes / BYTES_PER_MB).toFixed(1)} MB`;
}

/** `7.3 s`, from a minute on `1 min 07 s`. */
export function durationText(ms: number): string {
  const seconds = ms / MS_PER_SECOND;
  // 59.97 would be rounded up to `60.0 s`.
  if (seconds < SECONDS_PER_MINUTE - 0.05) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  const rest = String(whole % SECONDS_PER_MINUTE).padStart(2, '0');
  return `${Math.floor(whole / SECONDS_PER_MINUTE)} min ${rest} s`;
}

/** `1 image`, `2 images`. */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `2026-11-26` of an ISO instant. */
export function dayOf(instant: string): string {
  return instant.slice(0, 'yyyy-mm-dd'.length);
}

/** A digest is told apart by far fewer digits than it has. */
export function shortDigits(digits: string): string {
  return digits.slice(0, 12);
}
