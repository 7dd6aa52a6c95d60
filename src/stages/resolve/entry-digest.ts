import canonicalize from 'canonicalize';
import { InternalError, type CatalogEntry, type Sha256, type Stack } from '../../model/index.ts';
import { sha256Of } from '../../oci/index.ts';

/**
 * Digest over what a lock was made for: packages, excludes and artifacts of every stack of the chain, suite,
 * platforms, and what names the version. Only what resolving never looks at is left out by name, so that a new
 * field counts until somebody decides that it does not: a lock that is called stale too early costs a review, one
 * that is called fresh wrongly an image nobody asked for.
 */
export function entryDigest(entry: CatalogEntry): Sha256 {
  const { file: _file, field: _field, title: _title, description: _description, ...named } = entry;
  const { config: _config, example: _example, dates: _dates, annotations: _annotations, ...asked } = named;
  const text = canonicalize({ ...asked, stacks: entry.stacks.map(askedOfStack) });
  if (text === undefined) {
    throw new InternalError('the catalog entry has no canonical form');
  }
  return sha256Of(text);
}

/** What is done with the files after unpacking is for the template, not for the lock. */
function askedOfStack({
  folder: _folder,
  drop: _drop,
  links: _links,
  steps: _steps,
  ...asked
}: Stack): object {
  return asked;
}
