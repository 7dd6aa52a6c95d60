import { appendFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createFileStore } from '../../src/host/file-store.ts';
import type {
  AttestationForm,
  GatedImage,
  PublishedImage,
  ReleaseRecord,
  Sha256,
  Tag,
} from '../../src/model/index.ts';
import { hexOf, parseReference, parseTag, type RegistryClient, type Statement } from '../../src/oci/index.ts';
import { createSeenReleases, promote } from '../../src/stages/promote/index.ts';
import { publish } from '../../src/stages/publish/index.ts';
import { imageStatements, sign } from '../../src/stages/sign/index.ts';
import { verifyImage, type Demands, type Trust, type Verification } from '../../src/verify/index.ts';
import { describedImage } from './described-image.ts';
import { fakeCosign } from './fake-cosign.ts';
import { clientFor } from './registry.ts';
import { evidence } from './evidence.ts';
import { testPool, type TestKeys } from './signing.ts';
import { TRUSTED_ROOT, trustIn } from './trust.ts';

export const TRACK = '3.13' as Tag;
/** Of the scan that is attested. */
const SCANNED_AT = Date.parse('2026-11-21T03:12:00.000Z');
export const HOUR_MS = 3_600_000;

/** Of scans, what the policy said by which the image was judged. */
export const DEMANDS: Demands = {
  newest: false,
  withdrawals: [],
  now: new Date(SCANNED_AT + HOUR_MS),
};

/** A docker-registry that runs, and the folder it keeps its content in. */
export interface RegistryPlace {
  readonly address: string;
  readonly folder: string;
}

export interface Published {
  readonly image: GatedImage;
  readonly published: PublishedImage;
}

/** A repository with releases that were really published, signed and promoted, open to tampering. */
export interface ReleasedRepository {
  readonly repository: string;
  readonly registry: RegistryClient;
  publishAndSign(content: string, change?: (statement: Statement) => Statement): Promise<Published>;
  /** Attests once more; what is given replaces what is there of the same types. */
  sign(published: Published, statements: readonly Statement[]): Promise<void>;
  release(content: string): Promise<Published & { readonly record: ReleaseRecord }>;
  /** By the moving tag, unless another is named. */
  verify(demands?: Partial<Demands>, reference?: string, trust?: Trust): Promise<Verification>;
  /** Points a tag at what is in the repository, as anybody may who can push. */
  pointTag(tag: string, digest: Sha256): Promise<void>;
  /** docker-registry 2.8 deletes no tags: its storage is changed instead. */
  deleteTag(tag: string): Promise<void>;
  /** A byte more, which leaves JSON and gzip readable. */
  damageBlob(digest: Sha256): Promise<void>;
}

export interface RepositoryOptions {
  readonly name: string;
  /** Those that are verified. */
  readonly ours: TestKeys;
  /** Whose signatures are there. */
  readonly signedWith?: TestKeys;
  readonly form?: AttestationForm;
}

export function releasedRepository(
  { address, folder }: RegistryPlace,
  { name, ours, signedWith = ours, form = 'classic' }: RepositoryOptions,
): ReleasedRepository {
  const repository = `${address}/${name}`;
  const registry = clientFor();
  const pool = testPool();
  const { signal } = new AbortController();
  const storage = path.join(folder, 'content/docker/registry/v2');
  const state = path.join(folder, 'state');
  const seen = createSeenReleases(createFileStore(state), state);
  const bundles = {
    form,
    keyHint: 'any',
    created: '2026-11-21T03:12:00.000Z',
    trustedRootFile: TRUSTED_ROOT,
  };
  const deps = { registry, pool, bundles, ...signedWith };
  const ourTrust = trustIn(ours);
  let releases = 0;

  async function signStatements({ image, published }: Published, statements: readonly Statement[]) {
    const platforms = image.tested.built.platforms.map(({ manifest }) => manifest);
    return sign(
      { published, platforms, statements },
      { ...deps, processes: fakeCosign(registry), cosign: 'cosign', publicKeyFile: 'cosign.pub', signal },
    );
  }

  async function publishAndSign(content: string, change = (statement: Statement) => statement) {
    const image = await describedImage(content);
    const published = await publish(image, { repository, copies: [] }, { registry, pool });
    const signed = await signStatements({ image, published }, imageStatements(image, evidence()).map(change));
    return { image, published, signed };
  }

  return {
    repository,
    registry,
    publishAndSign,
    sign: async (published, statements) => {
      await signStatements(published, statements);
    },
    release: async (content) => {
      const { signed, ...made } = await publishAndSign(content);
      releases += 1;
      const promotedAt = new Date(SCANNED_AT + releases * HOUR_MS).toISOString();
      const release = { track: TRACK, version: '3.13.5', epoch: 1_790_000_000, reason: content, promotedAt };
      const { record } = await promote(signed, release, deps);
      return { ...made, record };
    },
    verify: (demands = {}, reference = `${repository}:${TRACK}`, trust = ourTrust) =>
      verifyImage(
        { name: reference, reference: parseReference(reference), demands: { ...DEMANDS, ...demands } },
        {
          registry,
          pool,
          trust,
          seen,
          layerPool: pool,
          signal,
        },
      ),
    pointTag: async (tag, digest) => {
      const manifest = await registry.getManifest(repository, digest);
      await registry.putManifest(repository, parseTag(tag), manifest!);
    },
    deleteTag: (tag) =>
      rm(path.join(storage, 'repositories', name, '_manifests/tags', tag), { recursive: true }),
    damageBlob: async (digest) => {
      const hex = hexOf(digest);
      await appendFile(path.join(storage, 'blobs/sha256', hex.slice(0, 2), hex, 'data'), '\n');
    },
  };
}

/** For golden files: ports, digests and ids of this run by their order; the same ones stay the same. */
export function withoutDigests(text: string): string {
  const known = new Map<string, string>();
  function numbered(found: string, length: number): string {
    const number = known.get(found) ?? String(known.size + 1).padStart(length, '0');
    known.set(found, number);
    return number;
  }
  return text
    .replaceAll(/127\.0\.0\.1:\d+/g, 'registry.example.com')
    .replaceAll(/(?<=sha256:)[0-9a-f]{64}/g, (hex) => numbered(hex, hex.length))
    .replaceAll(/(?<=build-|build id )[0-9a-f]{32}/g, (hex) => numbered(hex, hex.length));
}

/** Which checks failed, with the codes of their faults. */
export function failures({ checks }: Verification): Record<string, readonly string[]> {
  const failed = checks.filter(({ status }) => status === 'failed');
  return Object.fromEntries(
    failed.map(({ check, faults }) => [check, [...new Set(faults.map(({ code }) => code))]]),
  );
}
