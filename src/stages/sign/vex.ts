import canonicalize from 'canonicalize';

/** OpenVEX 0.2.0: these say when a document was written, not what it says. */
const VEX_DATES: readonly string[] = ['@id', 'timestamp', 'last_updated', 'version'];

/** What a document says; the same for two that differ in their dates alone. */
export function vexKey(document: unknown): string {
  if (document === undefined) {
    return '';
  }
  const text = JSON.stringify(document, (name, value: unknown) =>
    VEX_DATES.includes(name) ? undefined : value,
  );
  return canonicalize(JSON.parse(text)) ?? '';
}
