import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { platformOfHost } from '../host/host-platform.ts';
import {
  compareFindings,
  compareImages,
  isInspected,
  lookAt,
  ofType,
  readAttested,
  readStatements,
  scannedFindings,
  summarizeImage,
  upstreamIn,
  wantedChangelogs,
  withChangelogs,
  type AttestedStatement,
  type ComparedImage,
  type LookedAt,
} from '../inspect/index.ts';
import {
  FactoryError,
  mapInPool,
  type DigestRef,
  type ImageChanges,
  type ImageSummary,
} from '../model/index.ts';
import {
  digestCapture,
  layerItemReader,
  manifestFor,
  PREDICATE_TYPE,
  readStackedImage,
  referenceText,
  type NamedImage,
  type VerifySignature,
} from '../oci/index.ts';
import type { DiffRequest, InspectRequest, ShowRequest } from './factory.ts';
import { openReader, type Reader } from './open-reader.ts';

/** A package database; the largest known, of a desktop's packages, has 15 MB. */
const MAX_KEPT_BYTES = 64 << 20;

/** Before and after. */
const SIDES = 2;

export async function showImage(request: ShowRequest): Promise<ImageSummary> {
  await using reader = await openReader({ ...request, names: [request.name] });
  const [named] = reader.images;
  if (named === undefined) {
    throw new FactoryError('USAGE', `cannot read "${request.name}": it is not there`);
  }
  const { name, looked, manifest } = await imageReader(request)(named);
  const shown = { name, looked, annotations: named.annotations };
  if (named.source.kind === 'layout') {
    return summarizeImage(shown);
  }
  const verify = await findVerifier(reader, request);
  const platform = { repository: named.ref.repository, digest: manifest };
  const attested = await readAttested({ image: named.ref, platform }, { registry: reader.registry, verify });
  return summarizeImage({ ...shown, attested });
}

/** Two images of any registries: what is in them, then what their registries and changelogs say of that. */
export async function diffImages(request: DiffRequest): Promise<ImageChanges> {
  await using reader = await openReader({ ...request, names: [request.before, request.after] });
  const verify = await findVerifier(reader, request);
  const lookAtOne = imageReader(request);
  const [before, after] = await mapInPool(pLimit(SIDES), reader.images, async (named) => {
    const [image, statements] = await Promise.all([lookAtOne(named), statementsOf(named, reader, verify)]);
    return toSide(image, statements);
  });
  if (before === undefined || after === undefined) {
    throw new FactoryError('USAGE', 'cannot compare images: expected two');
  }
  const findings = compareFindings(scannedFindings(before.statements), scannedFindings(after.statements));
  const changes = compareImages(before, after, findings);
  if (wantedChangelogs(changes.packages).length === 0) {
    return { ...changes, packages: withChangelogs(changes.packages, new Map()) };
  }
  const { readChangelogs } = await import('./read-changelogs.ts');
  const changelogs = await readChangelogs(changes.packages, { before, after }, { ...request, reader });
  return { ...changes, packages: withChangelogs(changes.packages, changelogs) };
}

interface InspectedImage extends Pick<ComparedImage, 'name'> {
  readonly named: NamedImage;
  readonly manifest: DigestRef['digest'];
  readonly looked: LookedAt;
}

/** Layers that several images have are read once. */
function imageReader(request: InspectRequest): (named: NamedImage) => Promise<InspectedImage> {
  const itemReader = layerItemReader(digestCapture(isInspected, MAX_KEPT_BYTES), {
    signal: request.signal,
    seen: new Map(),
  });
  const pool = pLimit(availableParallelism());
  return async (named) => {
    const { source } = named;
    const manifest = manifestFor(named, request.platform, platformOfHost());
    const image = await readStackedImage(manifest, { source, pool, readLayer: itemReader(source) });
    const { os, architecture } = image.config;
    const name = {
      reference: referenceText(named.ref),
      platform: `${os}/${architecture}`,
      manifest: manifest.digest,
    };
    return { named, name, manifest: manifest.digest, looked: lookAt(image) };
  };
}

/** One of the two, with what is attested about it and said here. */
export interface Side extends InspectedImage, ComparedImage {
  readonly statements: readonly AttestedStatement[];
}

async function statementsOf(
  { source, ref }: NamedImage,
  { registry }: Reader,
  verify: VerifySignature | undefined,
): Promise<readonly AttestedStatement[]> {
  const types = [PREDICATE_TYPE.vulnerabilities, PREDICATE_TYPE.lock];
  return source.kind === 'layout' ? [] : readStatements(ref, { registry, verify }, types);
}

function toSide(image: InspectedImage, statements: readonly AttestedStatement[]): Side {
  const lock = ofType(statements, PREDICATE_TYPE.lock)[0]?.predicate;
  return { ...image, statements, upstream: upstreamIn(lock, image.name.platform) };
}

/** Looking at an image needs no key: where none is named or set up, nothing is called verified. */
async function findVerifier(
  { keys }: Reader,
  { trust }: InspectRequest,
): Promise<VerifySignature | undefined> {
  try {
    return (await keys()).verify;
  } catch (error) {
    if (trust.key.kind === 'target' && error instanceof FactoryError && error.code === 'USAGE') {
      return undefined;
    }
    throw error;
  }
}
