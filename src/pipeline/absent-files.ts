import { join } from 'node:path';
import type { CatalogEntry, Descriptor, DigestRef, ScanReport, WaiveDecision } from '../model/index.ts';
import {
  findImage,
  platformOf,
  presentPaths,
  pullManifest,
  readImageContent,
  type RootFilesystem,
} from '../oci/index.ts';
import { decisionsFor, isAbout, type FilesLookedFor } from '../stages/gate/index.ts';
import type { RunDeps } from './deps.ts';
import { gateConditions } from './gate-conditions.ts';

interface ScannedImage {
  readonly entry: CatalogEntry;
  readonly scan: ScanReport;
}

interface PlatformLayers {
  /** For messages. */
  readonly platform: string;
  readonly layoutDir: string;
  readonly manifest: Descriptor;
}

/**
 * Looks in the layers of a new build for what waivers say is not there. Only those are looked for that a finding needs,
 * so that nearly always nothing is read.
 */
export async function lookForFiles(
  image: ScannedImage,
  platforms: readonly PlatformLayers[],
  deps: RunDeps,
): Promise<readonly FilesLookedFor[]> {
  const waivers = waiversWithFiles(image, deps);
  return waivers.length === 0 ? [] : lookIn(platforms, waivers, deps);
}

/** As `lookForFiles`, in a release: its layers are fetched from the registry. */
export async function lookForPublishedFiles(
  image: ScannedImage,
  { repository, digest }: DigestRef,
  deps: RunDeps,
): Promise<readonly FilesLookedFor[]> {
  const waivers = waiversWithFiles(image, deps);
  if (waivers.length === 0) {
    return [];
  }
  const { manifests } = await findImage({ kind: 'digest', repository, digest }, deps.registry);
  const platforms: PlatformLayers[] = [];
  for (const manifest of manifests) {
    const layoutDir = join(deps.workDir, 'published', manifest.digest.replace(':', '-'));
    await pullManifest({ repository, digest: manifest.digest }, layoutDir, deps.registry);
    platforms.push({ platform: platformOf(manifest) ?? manifest.digest, layoutDir, manifest });
  }
  return lookIn(platforms, waivers, deps);
}

function waiversWithFiles({ entry, scan }: ScannedImage, deps: RunDeps): readonly WaiveDecision[] {
  return decisionsFor('waive', entry.id, gateConditions(deps)).inForce.filter(
    (waiver) => waiver.absentFiles !== undefined && scan.findings.some((finding) => isAbout(waiver, finding)),
  );
}

async function lookIn(
  platforms: readonly PlatformLayers[],
  waivers: readonly WaiveDecision[],
  { signal }: Pick<RunDeps, 'signal'>,
): Promise<readonly FilesLookedFor[]> {
  const present = new Map<string, string[]>(waivers.map(({ file }) => [file, []]));
  for (const { platform, layoutDir, manifest } of platforms) {
    const { root } = await readImageContent(layoutDir, manifest, { signal });
    for (const { file, absentFiles = [] } of waivers) {
      const paths = absentFiles.flatMap((pattern) => pathsIn(root, pattern));
      present.get(file)?.push(...paths.map((path) => `${platform} ${path}`));
    }
  }
  return [...present].map(([file, found]) => ({ file, present: found }));
}

function pathsIn({ entries }: RootFilesystem, pattern: string): readonly string[] {
  return presentPaths(entries, pattern);
}
