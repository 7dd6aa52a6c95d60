/** A file or folder of the cache that can be fetched or made again by itself. */
export interface CacheItem {
  readonly path: string;
  readonly bytes: number;
  readonly usedAtMs: number;
}

export interface EvictionLimits {
  /** What all items together may take. */
  readonly maxBytes: number;
  /** What was used since then may be in use, and stays whatever it takes. */
  readonly keepSinceMs: number;
}

/** What has to go, least recently used first, and no more than has to. */
export function decideEvictions(
  items: readonly CacheItem[],
  { maxBytes, keepSinceMs }: EvictionLimits,
): readonly CacheItem[] {
  let bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  const evicted: CacheItem[] = [];
  for (const item of items.toSorted(byAge)) {
    if (bytes <= maxBytes || item.usedAtMs >= keepSinceMs) {
      break;
    }
    evicted.push(item);
    bytes -= item.bytes;
  }
  return evicted;
}

function byAge(a: CacheItem, b: CacheItem): number {
  return a.usedAtMs - b.usedAtMs || b.bytes - a.bytes || (a.path < b.path ? -1 : 1);
}
