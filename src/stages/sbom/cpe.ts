import type { LockedArtifact, Upstream } from '../../model/index.ts';

/**
 * The name vulnerability databases have for an upstream program (CPE 2.3 formatted string, NIST IR 7695 clause 6.2).
 * Debian's packages get none: their version numbers are not upstream's, and fixes are in them that a database does not
 * know of.
 */
export function cpeOf({ version }: LockedArtifact, { cpe }: Upstream): string | undefined {
  return cpe === undefined
    ? undefined
    : ['cpe:2.3:a', cpe.vendor, cpe.product, quoted(version), ...Array<string>(7).fill('*')].join(':');
}

/** Clause 6.2.2.1: letters, digits, `.`, `_` and `-` stand for themselves. */
function quoted(text: string): string {
  return text.replaceAll(/[^\w.-]/g, String.raw`\$&`);
}
