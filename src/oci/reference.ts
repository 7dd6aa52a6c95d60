import { FactoryError } from '../model/index.ts';
import type { DigestRef, Sha256, Tag } from '../model/index.ts';
import { parseSha256 } from './digest.ts';
import { parseTag } from './tag.ts';

/** A repository with the registry that serves it. */
export interface RepositoryName {
  /** Host, and port where there is one: `127.0.0.1:5000`. */
  readonly registry: string;
  /** Path in the registry: `golden/python`. */
  readonly name: string;
}

/** What a user writes to name an image. */
export type Reference =
  | { readonly kind: 'digest'; readonly repository: string; readonly digest: Sha256 }
  | { readonly kind: 'tag'; readonly repository: string; readonly tag: Tag };

/** OCI distribution spec 1.1 "Pulling manifests": `<name>`. */
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const HOST = /^(?:[a-zA-Z0-9.-]+|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;

/** `127.0.0.1:5000/golden/python` → its registry and name. Docker Hub's short names are refused: nothing of ours is there. */
export function parseRepository(text: string): RepositoryName {
  const slash = text.indexOf('/');
  const registry = text.slice(0, Math.max(slash, 0));
  const name = text.slice(slash + 1);
  const looksLikeHost = registry === 'localhost' || registry.includes('.') || registry.includes(':');
  if (!HOST.test(registry) || !looksLikeHost || !NAME.test(name)) {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot use repository "${text}": expected host/name such as "registry.example.com/golden/python"`,
    );
  }
  return { registry, name };
}

/** `host/name:tag` or `host/name@sha256:…`; with both, the digest decides, as Docker does. */
export function parseReference(text: string): Reference {
  const [rest = '', digest] = text.split('@', 2);
  const colon = rest.lastIndexOf(':');
  const hasTag = colon > rest.lastIndexOf('/');
  const repository = hasTag ? rest.slice(0, colon) : rest;
  parseRepository(repository);
  if (digest !== undefined) {
    return { kind: 'digest', repository, digest: parseSha256(digest) };
  }
  if (!hasTag) {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot use reference "${text}": expected a tag or digest after the repository`,
    );
  }
  return { kind: 'tag', repository, tag: parseTag(rest.slice(colon + 1)) };
}

/** `127.0.0.1:5000/golden/python@sha256:…` */
export function referenceText(ref: DigestRef): string {
  return `${ref.repository}@${ref.digest}`;
}

/** Plain HTTP is for this machine alone; everything else is HTTPS. */
export function isLoopback(registry: string): boolean {
  const host = registry.replace(/:[0-9]+$/, '');
  return host === 'localhost' || host === '[::1]' || /^127(?:\.[0-9]{1,3}){3}$/.test(host);
}
