import { createHash } from 'node:crypto';
import type { EcrImage } from '../../src/ecr/index.ts';
import type { Sha256 } from '../../src/model/index.ts';

export const NOW_MS = Date.parse('2026-11-21T03:12:00Z');
export const DAY_MS = 24 * 60 * 60 * 1000;

export function digestOf(name: string): Sha256 {
  return `sha256:${createHash('sha256').update(name).digest('hex')}` as Sha256;
}

export interface DescribedImage extends Partial<Omit<EcrImage, 'digest' | 'children' | 'subject'>> {
  readonly name: string;
  /** Since it was pushed. */
  readonly days: number;
  readonly children?: readonly string[];
  readonly subject?: string;
}

/** An image as a repository has it, described in a test's words: manifests by name. */
export function ecrImage({ name, days, children, subject, ...others }: DescribedImage): EcrImage {
  return {
    digest: digestOf(name),
    tags: [],
    pushedAtMs: NOW_MS - days * DAY_MS,
    storageClass: 'standard',
    ...others,
    ...(children !== undefined && { children: children.map(digestOf) }),
    ...(subject !== undefined && { subject: digestOf(subject) }),
  };
}

/** Names of images by their digest, for expectations that a person can read. */
export function namesOf(names: readonly string[]): (digest: Sha256) => string {
  const known = new Map(names.map((name) => [digestOf(name), name]));
  return (digest) => known.get(digest) ?? digest;
}
