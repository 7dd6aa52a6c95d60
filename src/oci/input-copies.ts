import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { BuildId, Descriptor, Sha256, Tag } from '../model/index.ts';
import { parseSha256, sha256Of } from './digest.ts';
import { MEDIA_TYPE } from './media-types.ts';
import type { RegistryClient, RegistryPool } from './registry-client.ts';
import { parseManifest } from './schema.ts';
import { parseTag } from './tag.ts';
import { uploadBytes } from './upload-bytes.ts';

/** `artifactType` of the inputs that are kept beside an image. */
const INPUTS_ARTIFACT_TYPE = 'application/vnd.ingot.inputs.v1+json';

/** One blob each, exactly as it came from upstream: releases that share an input share the blob. */
export const INPUT_MEDIA_TYPE = {
  deb: 'application/vnd.ingot.input.deb.v1',
  artifact: 'application/vnd.ingot.input.artifact.v1',
} as const;

/** Subresource integrity of an input whose lock does not name it by SHA-256, as blobs are named. */
const INTEGRITY_ANNOTATION = 'vnd.ingot.integrity';
/** Image spec 1.1 "Pre-Defined Annotation Keys": the file name that other tools give a blob. */
const TITLE_ANNOTATION = 'org.opencontainers.image.title';

const INPUTS_PREFIX = 'inputs-';

/** The empty JSON object, OCI image spec 1.1 "Guidance for an Empty Descriptor". */
const EMPTY = Buffer.from('{}');

/** A verified input of a build, on this machine. */
export interface InputFile {
  readonly descriptor: Descriptor;
  /** Called again for every attempt. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** What is known of an input beside its bytes. */
export interface InputDescription {
  readonly mediaType: (typeof INPUT_MEDIA_TYPE)[keyof typeof INPUT_MEDIA_TYPE];
  /** Its file name. */
  readonly title: string;
  /** As the lock has it. */
  readonly integrity?: string;
  /** What the lock says of the blob itself; without, the file is read. */
  readonly blob?: Pick<Descriptor, 'digest' | 'size'>;
}

export async function inputFile(file: string, described: InputDescription): Promise<InputFile> {
  const { mediaType, title, integrity, blob } = described;
  const annotations = {
    [TITLE_ANNOTATION]: title,
    ...(integrity !== undefined && { [INTEGRITY_ANNOTATION]: integrity }),
  };
  function open(): AsyncIterable<Uint8Array> {
    return createReadStream(file, { highWaterMark: 256 * 1024 });
  }
  return { descriptor: { mediaType, ...(blob ?? (await measure(open()))), annotations }, open };
}

async function measure(chunks: AsyncIterable<Uint8Array>): Promise<Pick<Descriptor, 'digest' | 'size'>> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    size += chunk.byteLength;
  }
  return { digest: parseSha256(`sha256:${hash.digest('hex')}`), size };
}

/** The inputs of a build, beside the image. */
export function inputsTag(buildId: BuildId): Tag {
  return parseTag(`${INPUTS_PREFIX}${buildId}`);
}

/** What one build was made from. */
export interface BuildInputFiles {
  readonly repository: string;
  readonly buildId: BuildId;
  readonly files: readonly InputFile[];
}

/** A repository in which each blob is, as far as a run knows: others can have it mounted from there. */
export type SeenBlobs = Map<Sha256, string>;

export interface InputPushDeps {
  readonly registry: RegistryClient;
  readonly pool: RegistryPool;
  readonly seen: SeenBlobs;
}

/** Pushes what the repository does not have, and then the manifest that keeps it from being collected. */
export async function pushInputs(
  { repository, buildId, files }: BuildInputFiles,
  { registry, pool, seen }: InputPushDeps,
): Promise<void> {
  await pool.map(files, async ({ descriptor: { digest, size }, open }) => {
    if (!(await registry.hasBlob(repository, digest))) {
      const mountFrom = seen.get(digest);
      await registry.putBlob(repository, {
        digest,
        size,
        open,
        ...(mountFrom !== undefined && { mountFrom }),
      });
    }
    seen.set(digest, repository);
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    artifactType: INPUTS_ARTIFACT_TYPE,
    config: { mediaType: MEDIA_TYPE.empty, ...(await uploadBytes(repository, EMPTY, registry)) },
    layers: files.map(({ descriptor }) => descriptor),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const tag = inputsTag(buildId);
  const current = await registry.headManifest(repository, tag);
  if (current?.digest !== sha256Of(bytes)) {
    await registry.putManifest(repository, tag, { mediaType: MEDIA_TYPE.manifest, bytes });
  }
}

/**
 * Blobs of a repository that are said to have this integrity. Says nothing about their bytes: who reads one checks
 * them. An input that is known by its SHA-256 needs no search: that is its blob's digest.
 */
export async function findInputCopies(
  repository: string,
  integrity: string,
  registry: RegistryClient,
): Promise<readonly Sha256[]> {
  const found = new Set<Sha256>();
  for (const tag of (await registry.listTags(repository)).filter((each) => each.startsWith(INPUTS_PREFIX))) {
    const stored = await registry.getManifest(repository, tag);
    const layers =
      stored === undefined ? [] : parseManifest(stored.bytes, `tag "${tag}" of ${repository}`).layers;
    for (const { digest } of layers.filter(
      ({ annotations }) => annotations?.[INTEGRITY_ANNOTATION] === integrity,
    )) {
      found.add(digest);
    }
  }
  return [...found];
}
