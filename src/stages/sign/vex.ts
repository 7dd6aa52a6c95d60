import canonicalize from 'canonicalize';
import { z } from 'zod';
import { hexOf, sha256Of } from '../../oci/index.ts';

/** OpenVEX 0.2.0: these say when a document was written, not what it says. */
const VEX_DATES: readonly string[] = ['@id', 'timestamp', 'last_updated', 'version'];

/** What a document says; the same for two that differ in their dates alone, and nothing for one that takes all back. */
export function vexKey(document: unknown): string {
  if (document === undefined || isTakenBack(document)) {
    return '';
  }
  const text = JSON.stringify(document, (name, value: unknown) =>
    VEX_DATES.includes(name) ? undefined : value,
  );
  return canonicalize(JSON.parse(text)) ?? '';
}

/** As far as it is taken back. */
const Statements = z.looseObject({
  statements: z.array(
    z.looseObject({
      vulnerability: z.unknown(),
      products: z.unknown(),
      status: z.string(),
      status_notes: z.string().optional(),
    }),
  ),
});

const TAKEN_BACK = {
  status: 'under_investigation',
  status_notes: 'excused before, and not any more',
} as const;

/**
 * Says of everything that a document excuses that it is not excused any more. For registries that keep each referrer for
 * ever: there the newest document counts, so that one has to be there. Undefined where nothing has to be taken back.
 */
export function takenBack(document: unknown, timestamp: string): object | undefined {
  const parsed = Statements.safeParse(document);
  if (!parsed.success || isTakenBack(document)) {
    return undefined;
  }
  const statements = parsed.data.statements.map(({ vulnerability, products }) => ({
    vulnerability,
    ...TAKEN_BACK,
    products,
  }));
  const id = hexOf(sha256Of(canonicalize(statements) ?? ''));
  return { ...parsed.data, '@id': `urn:ingot:vex:${id}`, timestamp, statements };
}

function isTakenBack(document: unknown): boolean {
  const parsed = Statements.safeParse(document);
  return (
    parsed.success &&
    parsed.data.statements.length > 0 &&
    parsed.data.statements.every(
      (each) => each.status === TAKEN_BACK.status && each.status_notes === TAKEN_BACK.status_notes,
    )
  );
}
