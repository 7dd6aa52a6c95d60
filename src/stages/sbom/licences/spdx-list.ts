import spdxExceptions from 'spdx-exceptions/index.json' with { type: 'json' };
import spdxLicences from 'spdx-license-ids/index.json' with { type: 'json' };

/**
 * An id as SPDX spells it. Case does not count (SPDX 2.3, annex D.2), nor do dot-zeroes at the end of a version
 * (copyright-format 1.0, clause 7.1). Deprecated ids are not in the list.
 */
export function spdxLicence(id: string): string | undefined {
  return LICENCES.get(keyOf(id));
}

export function spdxException(id: string): string | undefined {
  return EXCEPTIONS.get(keyOf(id));
}

const LICENCES = byKey(spdxLicences);
const EXCEPTIONS = byKey(spdxExceptions);

/** Two ids with one key would be a guess: neither counts. */
function byKey(ids: readonly string[]): ReadonlyMap<string, string> {
  const keys = ids.map(keyOf);
  const unique = new Set(keys.filter((key) => keys.indexOf(key) === keys.lastIndexOf(key)));
  return new Map(ids.map((id) => [keyOf(id), id] as const).filter(([key]) => unique.has(key)));
}

function keyOf(id: string): string {
  return id.toLowerCase().replace(/(?:\.0)+$/, '');
}
