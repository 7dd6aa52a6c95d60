import canonicalize from 'canonicalize';
import { InternalError, type CatalogEntry, type Sha256 } from '../../model/index.ts';
import { sha256Of } from '../../oci/index.ts';

/** Fields that resolving never looks at: where an entry is written, what is said of it, how it is run and tested. */
const UNASKED_OF_ENTRY: readonly string[] = [
  'file',
  'field',
  'title',
  'description',
  'annotations',
  'config',
  'example',
  'dates',
  'archives',
];

/** What is done with the files after unpacking is for the template, not for the lock. */
const UNASKED_OF_STACK: readonly string[] = [
  'folder',
  'root',
  'files',
  'drop',
  'links',
  'steps',
  'reads',
  'certificates',
  'locale',
];

/** For the SBOM. */
const UNASKED_OF_ARTIFACT: readonly string[] = ['upstream'];

/**
 * Digest over what a lock was made for: packages, excludes and artifacts of every stack of the chain, suite,
 * platforms, and what names the version. What does not count is named, so that a new field counts until somebody
 * decides that it does not: a lock that is called stale too early costs a review, one that is called fresh wrongly
 * an image nobody asked for.
 */
export function entryDigest(entry: CatalogEntry): Sha256 {
  const stacks = entry.stacks.map((stack) => ({
    ...without(stack, UNASKED_OF_STACK),
    artifacts: stack.artifacts.map((artifact) => without(artifact, UNASKED_OF_ARTIFACT)),
  }));
  const text = canonicalize({ ...without(entry, UNASKED_OF_ENTRY), stacks });
  if (text === undefined) {
    throw new InternalError('the catalog entry has no canonical form');
  }
  return sha256Of(text);
}

function without(record: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}
