import type { EcrImages, ListedImage } from '../../host/aws/ecr-images.ts';
import type { EcrScans, EcrScanSummary } from '../../host/aws/ecr-scans.ts';
import type { DigestRef, EcrPull, EcrScanStatus, EcrStatus, Platform, Sha256 } from '../../model/index.ts';
import { FactoryError } from '../../model/index.ts';
import { parseAnyImage, parseRepository, platformManifests, type PlatformManifest } from '../../oci/index.ts';

/** What is asked about images in ECR. */
export interface EcrView {
  readonly images: Pick<EcrImages, 'describe' | 'manifests'>;
  readonly scans: Pick<EcrScans, 'summary'>;
}

/** A release in its golden repository, and the teams' repositories it was copied to. */
export interface EcrRelease {
  readonly ref: DigestRef;
  readonly copies: readonly string[];
}

/**
 * Tags, last pull and scans of a release: scans are of its platforms, and a pull may be of one of them alone. Teams pull
 * from their own repositories, so the golden one tells of the fewest pulls.
 */
export async function readEcrStatus(
  { ref, copies }: EcrRelease,
  { images, scans }: EcrView,
): Promise<EcrStatus> {
  const golden = parseRepository(ref.repository).name;
  const index = (await images.manifests(golden, [ref.digest])).get(ref.digest);
  if (index === undefined) {
    throw new FactoryError('AWS_FAILED', `cannot read ${golden}@${ref.digest}: it is not there, or archived`);
  }
  const platforms = platformsIn(index, ref.digest);
  const digests = [ref.digest, ...platforms.map(({ digest }) => digest)];
  const described: Described[] = [];
  for (const repository of [golden, ...copies.map((copy) => parseRepository(copy).name)]) {
    described.push({ repository, images: await images.describe(repository, digests) });
  }
  const scanned: EcrScanStatus[] = [];
  for (const { platform, digest } of platforms) {
    scanned.push(toScanStatus(platform, await scans.summary({ repository: golden, digest })));
  }
  const lastPull = lastPullOf(described);
  const tags = described[0]?.images.find(({ digest }) => digest === ref.digest)?.tags ?? [];
  return { kind: 'known', tags: tags.toSorted(), ...(lastPull && { lastPull }), scans: scanned };
}

interface Described {
  readonly repository: string;
  readonly images: readonly ListedImage[];
}

function platformsIn(bytes: Uint8Array, digest: Sha256): readonly PlatformManifest[] {
  const image = parseAnyImage(bytes, `index ${digest}`);
  return platformManifests(image.kind === 'index' ? image.manifests : []);
}

/** The first of those that ECR recorded at the same time. */
function lastPullOf(described: readonly Described[]): EcrPull | undefined {
  const pulls = described.flatMap(({ repository, images }) =>
    images.flatMap(({ pulledAtMs }) => (pulledAtMs === undefined ? [] : [{ repository, pulledAtMs }])),
  );
  const [last] = pulls.toSorted((one, other) => other.pulledAtMs - one.pulledAtMs);
  return last && { at: new Date(last.pulledAtMs).toISOString(), repository: last.repository };
}

function toScanStatus(platform: Platform, summary: EcrScanSummary | undefined): EcrScanStatus {
  if (summary === undefined) {
    return { platform };
  }
  const { status, completedAtMs, severities } = summary;
  return {
    platform,
    status,
    ...(completedAtMs !== undefined && { completedAt: new Date(completedAtMs).toISOString() }),
    ...(severities !== undefined && { severities }),
  };
}
