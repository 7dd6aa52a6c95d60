/** What names an OCI layout: `oci:FOLDER`. */
export const LAYOUT_PREFIX = 'oci:';

/** Image ids have no slash, references always have one. */
export function isId(name: string): boolean {
  return !name.includes('/') && !name.startsWith(LAYOUT_PREFIX);
}
