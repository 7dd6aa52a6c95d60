import type { Descriptor, ScannerResult } from '../../src/model/index.ts';
import {
  attachmentTag,
  ATTACHMENT_ANNOTATION,
  MEDIA_TYPE,
  parseManifest,
  PREDICATE_TYPE,
  type Statement,
} from '../../src/oci/index.ts';
import type { Demands } from '../../src/verify/index.ts';
import type { ReleasedRepository } from './verified-release.ts';

/** What is different from a sound release: gives what is asked of the verifier, where that is another thing. */
export type Tamper = (repository: ReleasedRepository) => Promise<Asked | undefined>;

interface Asked {
  readonly demands?: Partial<Demands>;
  readonly reference?: string;
}

export interface Row {
  readonly summary: string;
  readonly tamper: Tamper;
  readonly failed: Readonly<Record<string, readonly string[]>>;
}

export const ATTESTATIONS = ['cyclonedx', 'spdx', 'vuln', 'test-result', 'lock', 'provenance', 'run'].map(
  (type) => `attestation ${type}`,
);

export function allAttestations(code: string): Record<string, readonly string[]> {
  return Object.fromEntries(ATTESTATIONS.map((check) => [check, [code]]));
}

/** Released with one statement that says something else: correctly signed, by whoever has the key. */
export function saying(type: string, change: (predicate: never) => unknown): Tamper {
  return async ({ release, publishAndSign }) => {
    await release('one');
    await publishAndSign('one', (statement: Statement) =>
      statement.predicateType === type
        ? { ...statement, predicate: change(statement.predicate as never) }
        : statement,
    );
    return undefined;
  };
}

export function scanSaying(result: Partial<ScannerResult>): Tamper {
  return saying(PREDICATE_TYPE.vulnerabilities, (predicate: { scanner: { result: object } }) => ({
    ...predicate,
    scanner: { ...predicate.scanner, result: { ...predicate.scanner.result, ...result } },
  }));
}

/** Writes the list of attestations anew. */
export async function relist(
  { repository, registry }: ReleasedRepository,
  digest: Parameters<typeof attachmentTag>[0],
  change: (layers: ReturnType<typeof parseManifest>['layers']) => readonly unknown[],
): Promise<void> {
  const tag = attachmentTag(digest, 'att');
  const found = await registry.getManifest(repository, tag);
  const manifest = parseManifest(found!.bytes, tag);
  const bytes = Buffer.from(JSON.stringify({ ...manifest, layers: change(manifest.layers) }));
  await registry.putManifest(repository, tag, { mediaType: MEDIA_TYPE.manifest, bytes });
}

export function typeOf({ annotations }: Pick<Descriptor, 'annotations'>): string {
  return annotations?.[ATTACHMENT_ANNOTATION.predicateType] ?? '';
}
