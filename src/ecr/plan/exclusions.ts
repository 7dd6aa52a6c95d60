/** ECR takes so many exclusion filters. */
const MOST_FILTERS = 5;

/**
 * What cosign and OCI's referrers fallback hang on an image: `.sig`, `.att`, `.intoto`, and `sha256-<hex>` itself.
 * They are written again with every attestation, so they have to be movable.
 */
const ATTACHMENTS = 'sha256-*';

/** Tags that name one thing for ever: unique tags of releases, what one superseded, records, build ids, kept inputs. */
const FOR_EVER: readonly RegExp[] = [/\.\d{12}$/, /^release-.+-\d{6}$/, /^(build|inputs)-/];

/** Filters of the tags that may move in a repository of these tracks, or why there can be none. */
export function exclusionsOf(
  tracks: readonly string[],
):
  | { readonly kind: 'filters'; readonly filters: readonly string[] }
  | { readonly kind: 'problem'; readonly message: string } {
  const moving = [...new Set(tracks)].sort();
  const freed = moving.filter((tag) => FOR_EVER.some((pattern) => pattern.test(tag)));
  if (freed.length > 0) {
    const names = freed.map((tag) => `"${tag}"`).join(', ');
    const message = `expected moving tags that no unique tag can be, got ${names}: a filter for it would let a release's own tag move`;
    return { kind: 'problem', message };
  }
  const filters = [...moving, ATTACHMENTS];
  if (filters.length > MOST_FILTERS) {
    const message = `expected at most ${MOST_FILTERS - 1} moving tags, as ECR takes ${MOST_FILTERS} filters and "${ATTACHMENTS}" is one, got ${moving.length}: ${moving.join(', ')}`;
    return { kind: 'problem', message };
  }
  return { kind: 'filters', filters };
}
