import data from '../../data/end-of-life.json' with { type: 'json' };
import type { CatalogEntry } from '../model/index.ts';

/** One line of releases, as its upstream publishes its dates. */
interface Line {
  readonly release: string;
  /** Absent where upstream names none. */
  readonly 'end-of-life'?: string;
  /** Of a Debian release. */
  readonly suite?: string;
}

interface Product {
  /** Where the dates are published. */
  readonly source: string;
  readonly lines: Readonly<Record<string, Line>>;
}

const PRODUCTS: Readonly<Record<string, Product>> = data;
const DEBIAN_LINES: readonly Line[] = Object.values<Line>(data.debian.lines);

export function knownUpstreams(): readonly string[] {
  return Object.keys(PRODUCTS);
}

/** Tracks whose dates are known. */
export function knownLines(upstream: string): readonly string[] {
  return Object.keys(PRODUCTS[upstream]?.lines ?? {});
}

/**
 * The dates of an upstream's line. What Debian has packaged of it is fixed by nobody once the Debian release has
 * ended, so that its end counts where it is earlier, or where upstream names none. Undefined where no end is known.
 */
export function publishedDates(
  upstream: string,
  { tag, suite }: { readonly tag: string; readonly suite: string },
): CatalogEntry['dates'] | undefined {
  const line = PRODUCTS[upstream]?.lines[tag];
  if (line === undefined) {
    return undefined;
  }
  const debian = DEBIAN_LINES.find((each) => each.suite === suite);
  const [endOfLife] = [line, debian].flatMap((each) => each?.['end-of-life'] ?? []).toSorted();
  return endOfLife === undefined ? undefined : { release: line.release, endOfLife };
}
