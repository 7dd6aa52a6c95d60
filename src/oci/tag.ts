import { FactoryError } from '../model/index.ts';
import type { Tag } from '../model/index.ts';

/** OCI distribution spec 1.1 "Pulling manifests": `<reference>` as a tag. */
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

export function isTag(text: string): text is Tag {
  return TAG.test(text);
}

export function parseTag(text: string): Tag {
  if (!isTag(text)) {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot use tag "${text}": expected 1 to 128 letters, digits, "_", "." or "-", not starting with "." or "-"`,
    );
  }
  return text;
}
