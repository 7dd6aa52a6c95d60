import { FactoryError, isDebianArchive } from '../model/index.ts';
import type { Catalog, DigestRef, Lock, PublishedScan } from '../model/index.ts';
import { findImage, platformOf } from '../oci/index.ts';
import type { PlanDeps } from './deps.ts';
import { publishedLock } from './published-lock.ts';
import { publishedPlaces, scanImage, type ScanImageDeps } from './scan-image.ts';

export type ScanPublishedDeps = ScanImageDeps & Pick<PlanDeps, 'catalog' | 'registry' | 'verify'>;

/**
 * Scans any image of ours in a registry: its signed lock says what it holds. Only where its packages from further
 * repositories came from is looked up in today's catalog.
 */
export async function scanPublished(ref: DigestRef, deps: ScanPublishedDeps): Promise<PublishedScan> {
  const lock = await heldLock(ref, deps);
  const suite = codenameOf(lock);
  const scan = await scanImage(
    { suite, stacks: stacksOn(suite, deps.catalog) },
    { lock, ref, ...publishedPlaces(ref, deps) },
    deps,
  );
  return { ref, image: lock.image, version: lock.version, scan };
}

/** What the image holds of its lock: that covers every platform of the catalog, and some were perhaps not built. */
async function heldLock(ref: DigestRef, deps: ScanPublishedDeps): Promise<Lock> {
  const lock = await publishedLock(ref, deps);
  const { manifests } = await findImage({ kind: 'digest', ...ref }, deps.registry);
  const held = manifests.map(platformOf);
  return { ...lock, platforms: lock.platforms.filter(({ platform }) => held.includes(platform)) };
}

/** `trixie`, which the names of its other suites begin with. */
function codenameOf({ image, suites }: Lock): string {
  const names = suites.filter(({ archive }) => isDebianArchive(archive)).map(({ suite }) => suite);
  const [shortest] = names.toSorted((a, b) => a.length - b.length);
  if (shortest === undefined) {
    throw new FactoryError('REGISTRY_INVALID', `cannot scan ${image}: its lock names no suite of Debian`);
  }
  return shortest;
}

function stacksOn(codename: string, { entries }: Catalog): Catalog['entries'][number]['stacks'] {
  return entries.filter(({ suite }) => suite === codename).flatMap(({ stacks }) => stacks);
}
