/** Start of the calendar quarter (UTC) an instant lies in, in seconds: `created` moves on at least this often. */
export function quarterStart(instant: Date): number {
  const firstMonth = Math.floor(instant.getUTCMonth() / 3) * 3;
  return Date.UTC(instant.getUTCFullYear(), firstMonth, 1) / 1000;
}

/** Whole seconds since 1970, as SOURCE_DATE_EPOCH counts. */
export function toSeconds(isoInstant: string): number {
  return Math.floor(Date.parse(isoInstant) / 1000);
}

/**
 * Newest date of a layer's inputs. A layer without any takes the date of the layer below it, so that
 * what it generates does not move on its own.
 */
export function layerEpoch(inputs: readonly number[], below: number): number {
  return inputs.length === 0 ? below : Math.max(...inputs);
}
