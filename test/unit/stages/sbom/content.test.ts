import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DEV_FILES, NODE_ROOT, sbomOf, type SbomImage } from '../../../support/sbom-image.ts';
import type { SpdxDocument } from '../../../support/spdx-schema.ts';

async function spdxOf(image: SbomImage = {}): Promise<SpdxDocument> {
  return (await sbomOf(image)).platforms[0]?.spdx as unknown as SpdxDocument;
}

/** Paths by who brought them. */
function filesOf({ packages, files = [] }: SpdxDocument): Readonly<Record<string, readonly string[]>> {
  const names = new Map(files.map(({ SPDXID, fileName }) => [SPDXID, fileName]));
  return Object.fromEntries(
    packages.map(({ SPDXID, hasFiles = [] }) => [SPDXID.slice(8), hasFiles.map((id) => names.get(id) ?? id)]),
  );
}

describe('files', () => {
  test('belong to the package that brought these bytes, to upstream, or to the image', async () => {
    expect(filesOf(await spdxOf())).toEqual({
      Image: [
        './usr/lib/libstdc++.so.6',
        './usr/local/other',
        './usr/share/doc/gcc-14-base/copyright',
        './var/lib/dpkg/status.d/libc6.md5sums',
        './var/lib/dpkg/status.d/libstdc++6.md5sums',
      ],
      'deb-gcc-14-base': [],
      'deb-libc6': ['./usr/lib/libc.so.6', './usr/share/doc/libc6/copyright'],
      'deb-libstdc-X2b-X2b6': [],
      'artifact-node': ['./usr/local/LICENSE', './usr/local/bin/node', './usr/local/include/node/uv/unix.h'],
    });
  });

  test('of a dev image: configuration files as well, while nobody changed them', async () => {
    expect(filesOf(await spdxOf({ files: [...NODE_ROOT, ...DEV_FILES] }))).toMatchObject({
      'deb-libc6': ['./etc/libc.conf', './usr/lib/libc.so.6', './usr/share/doc/libc6/copyright'],
    });
  });

  test('have their digests, and packages the code over them', async () => {
    const { packages, files = [] } = await spdxOf();
    const node = files.find(({ fileName }) => fileName === './usr/local/bin/node');
    const digest = (algorithm: string): string => createHash(algorithm).update('node').digest('hex');
    expect(node?.checksums).toEqual([
      { algorithm: 'SHA1', checksumValue: digest('sha1') },
      { algorithm: 'SHA256', checksumValue: digest('sha256') },
    ]);
    for (const { hasFiles = [], filesAnalyzed, packageVerificationCode } of packages) {
      const own = files.filter(({ SPDXID }) => hasFiles.includes(SPDXID));
      const sums = own.map(({ checksums }) => checksums[0]?.checksumValue ?? '').sort();
      expect(filesAnalyzed).toBe(own.length > 0);
      expect(packageVerificationCode?.packageVerificationCodeValue).toBe(
        own.length === 0 ? undefined : createHash('sha1').update(sums.join('')).digest('hex'),
      );
    }
  });

  test('are named in CycloneDX too', async () => {
    const [platform] = (await sbomOf()).platforms;
    expect(platform?.cyclonedx).toMatchObject({
      components: [
        { name: 'gcc-14-base' },
        {
          name: 'libc6',
          evidence: {
            occurrences: [{ location: '/usr/lib/libc.so.6' }, { location: '/usr/share/doc/libc6/copyright' }],
          },
        },
        {},
        {},
      ],
    });
  });
});

describe('licences', () => {
  const GCC_TEXT = expect.stringMatching(/^LicenseRef-gcc-14-copyright-[0-9a-f]{8}$/) as string;

  test('of packages from their copyright files, also through links; of upstream from its licence file', async () => {
    const [platform] = (await sbomOf()).platforms;
    expect(platform?.licences).toEqual([
      { package: 'gcc-14-base', expression: GCC_TEXT },
      {
        package: 'libc6',
        expression: expect.stringMatching(/^LGPL-2\.1-or-later AND LicenseRef-BSD-like-Spencer-[0-9a-f]{8}$/),
      },
      { package: 'libstdc++6', expression: GCC_TEXT },
      { package: 'node', expression: expect.stringMatching(/^LicenseRef-node-licence-[0-9a-f]{8}$/) },
    ]);
  });

  test('what the stack says of upstream comes first', async () => {
    const [platform] = (await sbomOf({ upstream: { license: 'MIT' } })).platforms;
    expect(platform?.licences).toContainEqual({ package: 'node', expression: 'MIT' });
  });

  test('without a file nothing is asserted', async () => {
    const files = NODE_ROOT.filter(({ path }) => !path.includes('/doc/') && !path.endsWith('LICENSE'));
    const [platform] = (await sbomOf({ files })).platforms;
    expect(new Set(platform?.licences.map(({ expression }) => expression))).toEqual(new Set(['NOASSERTION']));
    expect(JSON.stringify(platform?.cyclonedx)).not.toContain('"licenses"');
  });

  test('each text stands once in each document', async () => {
    const [platform] = (await sbomOf()).platforms;
    for (const document of [platform?.cyclonedx, platform?.spdx]) {
      expect(JSON.stringify(document).split('GCC is free software.')).toHaveLength(2);
      expect(JSON.stringify(document).split('Permission is granted to anyone.')).toHaveLength(2);
    }
  });
});
