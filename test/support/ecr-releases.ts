import { MEDIA_TYPE, hexOf } from '../../src/oci/index.ts';
import { storedImage, type StoredImage } from './ecr-image-answers.ts';
import { DAY_MS, digestOf } from './ecr-images.ts';

/** `startedAt` of a fake command line. */
export const NOW_MS = Date.parse('2026-11-23T21:45:30Z');
export const CONFIG = {
  mediaType: 'application/vnd.oci.image.config.v1+json',
  digest: digestOf('config'),
  size: 1,
};

/** By their names. */
export function layers(...names: readonly string[]) {
  return names.map((name) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest: digestOf(name),
    size: 1,
  }));
}

/** A release of one platform, with its signature and its record. */
export function release(
  name: string,
  days: number,
  tags: readonly string[],
): readonly [StoredImage, ...StoredImage[]] {
  const pushedAtMs = NOW_MS - days * DAY_MS;
  const platform = storedImage(
    { mediaType: MEDIA_TYPE.manifest, config: CONFIG, layers: layers('base', name) },
    { tags: [], pushedAtMs },
  );
  const { mediaType, digest, manifest } = platform;
  const index = storedImage(
    { mediaType: MEDIA_TYPE.index, manifests: [{ mediaType, digest, size: manifest.length }] },
    { tags, pushedAtMs },
  );
  const signature = storedImage(
    { mediaType: MEDIA_TYPE.manifest, config: CONFIG, layers: layers(`signature of ${name}`) },
    { tags: [`sha256-${hexOf(index.digest)}.sig`], pushedAtMs },
  );
  return [index, platform, signature];
}

/** Of node: the last one stays by a policy that keeps one release of 30 days, the others go. */
export const old = release('old', 300, ['24.1.0.202601270000', 'build-a']);
export const older = release('older', 400, ['24.0.0.202510200000']);
export const current = release('current', 200, ['24.2.0.202605070000', '24']);
