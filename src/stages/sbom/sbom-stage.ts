import { FactoryError, InternalError } from '../../model/index.ts';
import type {
  BuiltPlatform,
  ImageSbom,
  LockedPackage,
  PlatformContent,
  PlatformSbom,
  TestedImage,
} from '../../model/index.ts';
import { componentGraph, packagesOf } from './components.ts';
import { toCycloneDx } from './cyclonedx.ts';
import { ociPurl } from './purl.ts';
import { toSpdx } from './spdx.ts';

/**
 * Describes what is in the image: from the lock, which knows where every package came from, and only when the
 * layers say the same.
 */
export function sbom(tested: TestedImage): ImageSbom {
  return { platforms: tested.built.platforms.map((platform) => platformSbom(tested, platform)) };
}

function platformSbom({ built, report }: TestedImage, { platform, manifest }: BuiltPlatform): PlatformSbom {
  const { entry, lock } = built.rendered.locked;
  const locked = lock.platforms.find((candidate) => candidate.platform === platform);
  const content = report.contents.find((candidate) => candidate.platform === platform);
  if (locked === undefined || content === undefined) {
    throw new InternalError(`${entry.id} was built for ${platform} without a lock or a test`);
  }
  assertSamePackages(`image ${entry.id} for ${platform}`, packagesOf(lock, platform), content.packages);
  const subject = {
    repository: entry.repository,
    title: entry.title,
    version: lock.version,
    platform,
    manifest: manifest.digest,
    purl: ociPurl(entry.repository, manifest.digest, platform),
    created: new Date(lock.epoch * 1000),
    graph: componentGraph(lock, locked, entry.suite),
  };
  const licences = subject.graph.components.map(({ name }) => ({ package: name, expression: 'NOASSERTION' }));
  return { platform, cyclonedx: toCycloneDx(subject), spdx: toSpdx(subject), licences };
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
