import type {
  BuildId,
  CatalogEntry,
  Descriptor,
  GatedImage,
  Platform,
  ScanReport,
  TestReport,
} from '../../src/model/index.ts';
import { buildIndex, sha256Of, writeBlob, writeLayoutIndex } from '../../src/oci/index.ts';
import { writeTestLayout } from './layout.ts';
import { lockFor } from './lock.ts';
import { entryOf } from './runs.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface GatedImageOptions {
  readonly platforms?: readonly Platform[];
  /** Content of the one file of the one layer: other text, other digests. */
  readonly content?: string;
  readonly buildId?: string;
}

const DOCKERFILE = 'FROM scratch\n';

const REPORT: TestReport = {
  checks: [{ kind: 'passed', check: 'hello', platform: 'linux/amd64' }],
  contents: [{ platform: 'linux/amd64', packages: [], sizes: { compressed: 1, unpacked: 2 }, layers: [] }],
};

const SCAN: ScanReport = {
  scannedAt: '2026-11-21T03:12:00.000Z',
  results: [
    {
      tool: 'debian-archive',
      toolVersion: '1',
      status: 'up-to-date',
      feed: 'debian trixie',
      feedDate: '2026-11-20T00:00:00.000Z',
      findings: [],
    },
  ],
  findings: [],
};

/** An image that passed the gate, with a real OCI layout behind it. Records that no stage after the gate reads are left out. */
export async function gatedImage(options: GatedImageOptions = {}): Promise<GatedImage> {
  const { platforms = ['linux/amd64'], content = 'hello', buildId = 'b1' } = options;
  const layoutDir = await temporaryFolder();
  const entry = entryFor(platforms);
  const built = [];
  for (const platform of platforms) {
    const layers = [[{ path: 'file', content: `${content} ${platform}` }]];
    built.push({
      platform,
      manifest: await writeTestLayout(layoutDir, { platform, layers }),
      engineImage: '',
    });
  }
  const index = await writeIndex(
    layoutDir,
    built.map(({ manifest }) => manifest),
  );
  const image = {
    tested: {
      built: {
        rendered: {
          dockerfile: DOCKERFILE,
          locked: { entry, lock: { ...lockFor(entry), version: '3.13.5' } },
          inputs: {
            schemaVersion: 1,
            dockerfile: sha256Of(DOCKERFILE),
            tests: { 'stacks/python/example/hello.py': sha256Of('test') },
            files: { 'python etc/motd': sha256Of('file') },
            packages: {},
            platforms,
            compression: 'gzip',
            sourceDateEpoch: 1_790_000_000,
            toolbox: sha256Of('toolbox'),
            builder: sha256Of('builder'),
            annotations: {},
          },
          buildId: buildId as BuildId,
        },
        layoutDir,
        index,
        platforms: built,
      },
      report: REPORT,
    },
    sbom: {
      platforms: platforms.map((platform) => ({
        platform,
        cyclonedx: { bomFormat: 'CycloneDX', specVersion: '1.6', platform },
        spdx: { spdxVersion: 'SPDX-2.3', platform },
        licences: [],
      })),
    },
    scan: SCAN,
  };
  return image as unknown as GatedImage;
}

function entryFor(platforms: readonly Platform[]): CatalogEntry {
  const entry = entryOf('python', '3.13');
  const stacks = entry.stacks.map((stack) => ({ ...stack, packages: ['libc6', 'python3.13-minimal'] }));
  return { ...entry, platforms, stacks };
}

async function writeIndex(layoutDir: string, manifests: readonly Descriptor[]): Promise<Descriptor> {
  const { bytes, descriptor } = buildIndex(manifests, {});
  await writeBlob(layoutDir, bytes);
  await writeLayoutIndex(layoutDir, [descriptor]);
  return descriptor;
}
