import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { cycloneDxProblems } from '../../../support/cyclonedx-schema.ts';
import { EPOCH, LIBC } from '../../../support/golden-image.ts';
import { GCC_BASE, sbomOf, type SbomImage } from '../../../support/sbom-image.ts';
import { ROOT } from '../../../support/source-tree.ts';
import { spdxProblems, type SpdxDocument } from '../../../support/spdx-schema.ts';

interface CycloneDxDocument {
  readonly metadata: {
    readonly component: CycloneDxComponent;
    readonly manufacturer: { readonly name: string };
  };
  readonly components: readonly CycloneDxComponent[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

interface CycloneDxComponent {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly supplier: { readonly name: string };
  readonly purl: string;
  readonly cpe?: string;
  readonly licenses?: readonly { readonly expression: string }[];
}

async function documents(
  image: SbomImage = {},
): Promise<{ cyclonedx: CycloneDxDocument; spdx: SpdxDocument }> {
  const [platform] = (await sbomOf(image)).platforms;
  return platform as unknown as { cyclonedx: CycloneDxDocument; spdx: SpdxDocument };
}

/** The manifest's digest depends on the machine's gzip, and the serial numbers on that. */
function withoutManifest(text: string): string {
  const manifest = /pkg:oci\/node@sha256:([0-9a-f]{64})/.exec(text)?.[1] ?? 'none';
  return text
    .replaceAll(manifest, 'a'.repeat(64))
    .replaceAll(/urn:uuid:[0-9a-f-]{36}/g, 'urn:uuid:00000000-0000-5000-8000-000000000000');
}

function golden(name: string): string {
  return path.join(ROOT, 'test/golden/sbom', name);
}

describe('documents', () => {
  test('are valid CycloneDX 1.6 and SPDX 2.3 by the official schemas, one of each per platform', async () => {
    const { platforms } = await sbomOf({ platforms: ['linux/amd64', 'linux/arm64'] });
    expect(platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    for (const { cyclonedx, spdx } of platforms) {
      expect(cycloneDxProblems(cyclonedx)).toEqual([]);
      expect(spdxProblems(spdx)).toEqual([]);
    }
  });

  test('the checks of this test notice what is wrong', async () => {
    const { cyclonedx, spdx } = await documents();
    expect(cycloneDxProblems({ ...cyclonedx, version: 'x' })).not.toEqual([]);
    expect(spdxProblems({ ...spdx, SPDXID: 1 })).not.toEqual([]);
    expect(spdxProblems({ ...spdx, packages: spdx.packages.slice(1) })).toContain('SPDXRef-Image is unknown');
    expect(spdxProblems({ ...spdx, hasExtractedLicensingInfos: [] })).not.toEqual([]);
  });

  test.each(['cyclonedx', 'spdx'] as const)('%s of a small image', async (kind) => {
    const text = `${JSON.stringify((await documents())[kind], null, 2)}\n`;
    await expect(withoutManifest(text)).toMatchFileSnapshot(golden(`image.${kind}.json`));
  });

  test('the same image gives the same bytes', async () => {
    expect(JSON.stringify(await sbomOf())).toBe(JSON.stringify(await sbomOf()));
    const { cyclonedx } = await documents();
    expect(cyclonedx).toMatchObject({
      serialNumber: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
      metadata: { timestamp: new Date(EPOCH * 1000).toISOString() },
    });
  });

  test('who needs whom is the same in both', async () => {
    const { cyclonedx, spdx } = await documents();
    const short = (ref: string): string => /:(?:deb\/debian\/)?([^@]+)@/.exec(ref)?.[1] ?? ref;
    const edges = cyclonedx.dependencies.flatMap(({ ref, dependsOn = [] }) =>
      dependsOn.map((to) => `${short(ref)} → ${short(to)}`),
    );
    expect(edges.sort()).toEqual([
      'libc6 → gcc-14-base',
      'libstdc%2B%2B6 → gcc-14-base',
      'oci/node → generic/node',
      'oci/node → libc6',
      'oci/node → libstdc%2B%2B6',
    ]);
    const needs = spdx.relationships.filter(({ relationshipType }) => relationshipType === 'DEPENDS_ON');
    expect(needs.map((edge) => `${edge.spdxElementId} → ${edge.relatedSpdxElement}`).sort()).toEqual([
      'SPDXRef-Image → SPDXRef-artifact-node',
      'SPDXRef-Image → SPDXRef-deb-libc6',
      'SPDXRef-Image → SPDXRef-deb-libstdc-X2b-X2b6',
      'SPDXRef-artifact-node → NOASSERTION',
      'SPDXRef-deb-libc6 → SPDXRef-deb-gcc-14-base',
      'SPDXRef-deb-libstdc-X2b-X2b6 → SPDXRef-deb-gcc-14-base',
    ]);
  });

  test('an upstream program has a CPE, a Debian package never', async () => {
    const { cyclonedx, spdx } = await documents();
    const cpe = 'cpe:2.3:a:nodejs:node.js:24.21.0:*:*:*:*:*:*:*';
    expect(Object.fromEntries(cyclonedx.components.map((item) => [item.name, item.cpe]))).toEqual({
      'gcc-14-base': undefined,
      libc6: undefined,
      'libstdc++6': undefined,
      node: cpe,
    });
    const refs = spdx.packages.flatMap(({ name, externalRefs }) =>
      externalRefs
        .filter(({ referenceType }) => referenceType === 'cpe23Type')
        .map(({ referenceLocator }) => [name, referenceLocator]),
    );
    expect(refs).toEqual([['node', cpe]]);
  });
});

/**
 * "The Minimum Elements For a Software Bill of Materials" (NTIA, 2021), table 1: supplier, name, version, other unique
 * identifiers, dependency relationship, author of the SBOM data, timestamp.
 */
describe('NTIA minimum elements', () => {
  test('of every component in CycloneDX', async () => {
    const { cyclonedx } = await documents();
    const { metadata, components, dependencies } = cyclonedx;
    for (const component of [metadata.component, ...components]) {
      const { name, version, supplier, purl } = component;
      expect([name, version, supplier.name, purl].filter((text) => text.length === 0)).toEqual([]);
    }
    const related = new Set(dependencies.map(({ ref }) => ref));
    expect([metadata.component, ...components].filter((each) => !related.has(each['bom-ref']))).toEqual([]);
    expect(metadata.manufacturer).toEqual({ name: 'Example Inc.' });
    expect(metadata).toHaveProperty('timestamp');
  });

  test('of every package in SPDX', async () => {
    const { packages, relationships, creationInfo } = (await documents()).spdx;
    for (const { name, versionInfo = '', supplier = '', externalRefs } of packages) {
      expect([name, versionInfo].filter((text) => text.length === 0)).toEqual([]);
      expect(supplier).toMatch(/^Organization: ./);
      expect(externalRefs.map(({ referenceType }) => referenceType)).toContain('purl');
    }
    const related = new Set(relationships.map(({ relatedSpdxElement }) => relatedSpdxElement));
    expect(packages.filter(({ SPDXID }) => !related.has(SPDXID))).toEqual([]);
    expect(creationInfo.creators).toContain('Organization: Example Inc.');
    expect(creationInfo.created).toMatch(/Z$/);
  });
});

describe('a package that lock and layers disagree on', () => {
  test.each<{ summary: string; image: SbomImage; message: string }>([
    {
      summary: 'only in the lock',
      image: { present: [LIBC, GCC_BASE] },
      message: 'only in the lock: libstdc++6 14.2.0-19; only in the layers: none',
    },
    {
      summary: 'only in the layers',
      image: { locked: [LIBC], present: [LIBC, { name: 'bash', version: '5.2' }] },
      message: 'only in the lock: none; only in the layers: bash 5.2',
    },
    {
      summary: 'another version',
      image: { locked: [LIBC], present: [{ name: 'libc6', version: '2.41-11' }] },
      message: `only in the lock: libc6 ${LIBC.version}; only in the layers: libc6 2.41-11`,
    },
  ])('$summary: SBOM_MISMATCH', async ({ image, message }) => {
    await expect(sbomOf(image)).rejects.toThrow(
      expect.objectContaining({ code: 'SBOM_MISMATCH', message: expect.stringContaining(message) }),
    );
  });
});
