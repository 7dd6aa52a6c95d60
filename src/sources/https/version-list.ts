import { FactoryError, redactUrl, type VersionList } from '../../model/index.ts';
import { valuesAt } from './json-pointer.ts';
import type { Variables } from './url-template.ts';

/** One entry of an upstream's list. */
export interface ListedRelease {
  readonly version: string;
  /** As it is written there; absent where the list has no dates. */
  readonly published?: string;
  /** Named groups of the pattern, the version among them. */
  readonly variables: Variables;
}

/** The releases of a list; an entry that is none of ours, as a release for another system, is passed over. */
export function parseVersionList(list: VersionList, text: string): readonly ListedRelease[] {
  switch (list.kind) {
    case 'fixed':
      return list.versions.map((release) => ({ ...release, variables: { version: release.version } }));
    case 'text':
      return [...text.matchAll(toPattern(list.pattern, 'gm'))].flatMap((match) => toRelease(match.groups));
    case 'json':
      return valuesAt(parseJson(text, list.url), list.items).flatMap((item) => fromItem(item, list));
  }
}

function fromItem(item: unknown, list: Extract<VersionList, { kind: 'json' }>): readonly ListedRelease[] {
  const written = oneText(item, list.version);
  const groups =
    list.pattern === undefined ? { version: written } : toPattern(list.pattern).exec(written)?.groups;
  const published = list.published === undefined ? '' : oneText(item, list.published);
  return toRelease(groups, published);
}

function toRelease(groups: Record<string, string> | undefined, published = ''): readonly ListedRelease[] {
  const version = groups?.['version'] ?? '';
  if (groups === undefined || version === '') {
    return [];
  }
  return [{ version, variables: { ...groups }, ...(published === '' ? {} : { published }) }];
}

/** Text or number at a pointer; empty where there is none. */
export function oneText(document: unknown, pointer: string): string {
  const [value] = valuesAt(document, pointer);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FactoryError('ARTIFACT_NOT_FOUND', `cannot read ${redactUrl(url)}: expected JSON`, {
      hint: 'the upstream changed its pages, or something on the way answers in its place',
      cause,
    });
  }
}

function toPattern(pattern: string, flags = ''): RegExp {
  try {
    return new RegExp(pattern, `${flags}u`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FactoryError('CATALOG_INVALID', `cannot read a list of versions: ${reason}`, { cause });
  }
}
