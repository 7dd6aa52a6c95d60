import type { EcrImages, ListedImage } from '../../host/aws/ecr-images.ts';
import type { EcrScans, EcrScanSummary } from '../../host/aws/ecr-scans.ts';
import type { DigestRef, EcrScanStatus, EcrStatus, Platform, Sha256 } from '../../model/index.ts';
import { FactoryError } from '../../model/index.ts';
import { parseAnyImage, platformManifests, type PlatformManifest } from '../../oci/index.ts';

/** What is asked about images in ECR. */
export interface EcrView {
  readonly images: Pick<EcrImages, 'describe' | 'manifests'>;
  readonly scans: Pick<EcrScans, 'summary'>;
}

/** Tags, last pull and scans of a release: scans are of its platforms, and a pull may be of one of them alone. */
export async function readEcrStatus(ref: DigestRef, { images, scans }: EcrView): Promise<EcrStatus> {
  const repository = ref.repository.slice(ref.repository.indexOf('/') + 1);
  const index = (await images.manifests(repository, [ref.digest])).get(ref.digest);
  if (index === undefined) {
    throw new FactoryError(
      'AWS_FAILED',
      `cannot read ${repository}@${ref.digest}: it is not there, or archived`,
    );
  }
  const platforms = platformsIn(index, ref.digest);
  const described = await images.describe(repository, [ref.digest, ...platforms.map(({ digest }) => digest)]);
  const scanned: EcrScanStatus[] = [];
  for (const { platform, digest } of platforms) {
    scanned.push(toScanStatus(platform, await scans.summary({ repository, digest })));
  }
  return { kind: 'known', ...toKnown(ref.digest, described), scans: scanned };
}

function platformsIn(bytes: Uint8Array, digest: Sha256): readonly PlatformManifest[] {
  const image = parseAnyImage(bytes, `index ${digest}`);
  return platformManifests(image.kind === 'index' ? image.manifests : []);
}

function toKnown(
  digest: Sha256,
  described: readonly ListedImage[],
): Pick<Extract<EcrStatus, { readonly kind: 'known' }>, 'tags' | 'lastPulledAt'> {
  const tags = described.find((image) => image.digest === digest)?.tags ?? [];
  const pulls = described.flatMap(({ pulledAtMs }) => pulledAtMs ?? []);
  return {
    tags: tags.toSorted(),
    ...(pulls.length > 0 && { lastPulledAt: new Date(Math.max(...pulls)).toISOString() }),
  };
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
