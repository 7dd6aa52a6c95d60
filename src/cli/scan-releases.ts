import type { Catalog, PublishedScan, Target } from '../model/index.ts';
import { architectureOf, platformOf, type NamedImage } from '../oci/index.ts';
import { scanPublished } from '../pipeline/index.ts';
import { openArchive } from '../stages/resolve/index.ts';
import { catalogForTarget } from './catalog-for-target.ts';
import type { LocalRequest } from './factory.ts';
import { openResolve } from './open-resolve.ts';
import { openReader } from './open-reader.ts';
import { openScanners } from './open-scanners.ts';
import { trustOf } from './trust-choice.ts';

/** Releases of ours that are scanned with what is known today. */
export interface ScanRequest extends LocalRequest {
  readonly catalog: Catalog;
  readonly target: Target;
  /** References, or ids of the catalog. */
  readonly names: readonly string[];
}

export async function scanReleases(asked: ScanRequest): Promise<readonly PublishedScan[]> {
  const request = { ...asked, catalog: catalogForTarget(asked.catalog, asked.target) };
  await using closing = new AsyncDisposableStack();
  const { catalog } = request;
  const reader = closing.use(
    await openReader({ ...request, trust: trustOf({}), openCatalog: () => Promise.resolve(catalog) }),
  );
  const { verify } = await reader.keys();
  const resolve = await openResolve(request, catalog.archives, closing);
  const archive = openArchive({ architectures: architecturesOf(reader.images) }, resolve);
  const scanners = await openScanners({ ...request, workDir: reader.workDir }, { archive, resolve }, closing);
  const deps = {
    ...scanners,
    catalog,
    verify,
    registry: reader.registry,
    runStartedAt: request.startedAt,
    signal: request.signal,
  };
  const scans: PublishedScan[] = [];
  for (const { ref } of reader.images) {
    scans.push(await scanPublished(ref, deps));
  }
  return scans;
}

function architecturesOf(images: readonly NamedImage[]): readonly ReturnType<typeof architectureOf>[] {
  const platforms = images.flatMap(({ manifests }) => manifests).flatMap((each) => platformOf(each) ?? []);
  return [...new Set(platforms.map(architectureOf))];
}
