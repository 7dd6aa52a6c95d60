import { FactoryError, InternalError } from '../../model/index.ts';
import type {
  BuiltPlatform,
  CatalogEntry,
  ImageSbom,
  LockedPackage,
  PackageLicence,
  PlatformContent,
  PlatformSbom,
  TestedImage,
} from '../../model/index.ts';
import { readImageContent, type LayerReader } from '../../oci/index.ts';
import { componentGraph, packagesOf } from './components.ts';
import { toCycloneDx } from './cyclonedx.ts';
import { describeImage, type SbomComponent } from './describe.ts';
import { ociPurl } from './purl.ts';
import { toSpdx } from './spdx.ts';

export interface SbomDeps {
  /** Has the layers that the test stage read. */
  readonly readLayer: LayerReader;
  readonly signal: AbortSignal;
}

/**
 * Describes what is in the image: packages from the lock, which knows where each came from, and only when the
 * layers say the same; their licences and files from the layers.
 */
export async function sbom(tested: TestedImage, deps: SbomDeps): Promise<ImageSbom> {
  const platforms: PlatformSbom[] = [];
  for (const platform of tested.built.platforms) {
    platforms.push(await platformSbom(tested, platform, deps));
  }
  return { platforms };
}

async function platformSbom(
  { built, report }: TestedImage,
  { platform, manifest }: BuiltPlatform,
  deps: SbomDeps,
): Promise<PlatformSbom> {
  const { entry, lock } = built.rendered.locked;
  const locked = lock.platforms.find((candidate) => candidate.platform === platform);
  const content = report.contents.find((candidate) => candidate.platform === platform);
  if (locked === undefined || content === undefined) {
    throw new InternalError(`${entry.id} was built for ${platform} without a lock or a test`);
  }
  assertSamePackages(`image ${entry.id} for ${platform}`, packagesOf(lock, platform), content.packages);
  const graph = componentGraph(lock, locked, entry);
  const { root } = await readImageContent(built.layoutDir, manifest, deps);
  const requests = entry.stacks.flatMap(({ artifacts }) => artifacts);
  const described = describeImage(root, { components: graph.components, requests });
  const subject = {
    repository: entry.repository,
    title: entry.title,
    version: lock.version,
    platform,
    manifest: manifest.digest,
    purl: ociPurl(entry.repository, manifest.digest, platform),
    publisher: publisherOf(entry),
    created: new Date(lock.epoch * 1000),
    topLevel: graph.topLevel,
    ...described,
  };
  return {
    platform,
    cyclonedx: toCycloneDx(subject),
    spdx: toSpdx(subject),
    licences: packageLicences(described.components),
  };
}

/** The catalog demands one, and it is in every image's annotations. */
function publisherOf({ id, annotations }: CatalogEntry): string {
  const vendor = annotations['org.opencontainers.image.vendor'];
  if (vendor === undefined) {
    throw new InternalError(`${id} has no publisher`);
  }
  return vendor;
}

function packageLicences(components: readonly SbomComponent[]): readonly PackageLicence[] {
  return components
    .map(({ name, licences }) => ({ package: name, expression: licences.expression }))
    .sort((a, b) => (a.package < b.package ? -1 : 1));
}

/** A package that only one of the two knows would be invisible, or a ghost, to every scanner. */
function assertSamePackages(
  what: string,
  locked: readonly LockedPackage[],
  present: PlatformContent['packages'],
): void {
  const inLock = locked.map(({ name, version }) => `${name} ${version}`);
  const inLayers = present.map(({ name, version }) => `${name} ${version}`);
  const onlyInLock = without(inLock, inLayers);
  const onlyInLayers = without(inLayers, inLock);
  if (onlyInLock.length + onlyInLayers.length > 0) {
    throw new FactoryError(
      'SBOM_MISMATCH',
      `cannot describe ${what}: expected the same packages in lock and layers, got ` +
        `only in the lock: ${onlyInLock.join(', ') || 'none'}; only in the layers: ${onlyInLayers.join(', ') || 'none'}`,
      { hint: 'a template or a drop rule removes or adds entries of /var/lib/dpkg/status.d' },
    );
  }
}

function without(items: readonly string[], others: readonly string[]): readonly string[] {
  return items.filter((item) => !others.includes(item)).sort();
}
