import type { BuildInputs, GatedImage, Lock, LockedPackage } from '../../src/model/index.ts';
import { hexOf, sha256Of } from '../../src/oci/index.ts';
import { packageInputs, toBuildId } from '../../src/stages/render/build-id.ts';
import { gatedImage } from './gated-image.ts';
import { packageFor } from './lock.ts';

/** Of the one platform the image has. */
export const PLATFORM = 'linux/amd64';

const NAMES = ['libc6', 'openssl'];

/** A gated image whose layers, lock, build id and SBOMs say the same: what a verifier is content with. */
export async function describedImage(content: string): Promise<GatedImage> {
  const packages = NAMES.map((name) => packageFor(name, PLATFORM, 'python'));
  const lock = lockOf(packages);
  const inputs = inputsOf(lock, content);
  const image = await gatedImage({
    content,
    buildId: toBuildId(inputs),
    files: packages.map(({ name, version }) => ({
      path: `var/lib/dpkg/status.d/${name}`,
      content: `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\n`,
    })),
  });
  const { built } = image.tested;
  const manifest = built.platforms[0]!.manifest.digest;
  const rendered = {
    ...built.rendered,
    locked: { ...built.rendered.locked, lock },
    inputs,
    buildId: toBuildId(inputs),
  };
  return {
    ...image,
    tested: { ...image.tested, built: { ...built, rendered } },
    sbom: {
      platforms: [
        {
          platform: PLATFORM,
          cyclonedx: cyclonedxOf(packages, hexOf(manifest)),
          spdx: spdxOf(packages),
          licences: [],
        },
      ],
    },
  };
}

function lockOf(packages: readonly LockedPackage[]): Lock {
  return {
    schemaVersion: 1,
    image: 'python-3.13',
    entry: sha256Of('entry'),
    version: '3.13.5',
    epoch: 1_790_000_000,
    suites: [],
    platforms: [
      {
        platform: PLATFORM,
        layers: [{ stack: 'python', packages, artifacts: [], excluded: [], epoch: 1_790_000_000 }],
      },
    ],
  };
}

function inputsOf(lock: Lock, content: string): BuildInputs {
  return {
    schemaVersion: 1,
    dockerfile: sha256Of('FROM scratch'),
    tests: {},
    files: { 'python file': sha256Of(content) },
    packages: Object.fromEntries(lock.platforms.flatMap(packageInputs)),
    platforms: [PLATFORM],
    compression: 'gzip',
    sourceDateEpoch: lock.epoch,
    toolbox: sha256Of('toolbox'),
    builder: sha256Of('builder'),
    annotations: {},
  };
}

function purlOf({ name, version }: LockedPackage): string {
  return `pkg:deb/debian/${name}@${version}?arch=amd64`;
}

function cyclonedxOf(packages: readonly LockedPackage[], manifest: string): object {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { name: 'python', hashes: [{ alg: 'SHA-256', content: manifest }] } },
    components: packages.map((each) => ({
      name: each.name,
      version: each.version,
      purl: purlOf(each),
      hashes: [{ alg: 'SHA-256', content: hexOf(each.sha256) }],
    })),
  };
}

function spdxOf(packages: readonly LockedPackage[]): object {
  return {
    spdxVersion: 'SPDX-2.3',
    packages: packages.map((each) => ({
      name: each.name,
      externalRefs: [{ referenceType: 'purl', referenceLocator: purlOf(each) }],
    })),
  };
}
