import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { HttpsArtifactRequest, LockedHttpsArtifact } from '../../../../src/model/index.ts';
import type { HttpsSource } from '../../../../src/sources/https/index.ts';
import { documentedArtifact, loadArtifact } from '../../../support/documented-artifact.ts';
import { createTestHttpsSource, serveFiles } from '../../../support/https-source.ts';

const FILE = Buffer.from('an archive');
const HEX = createHash('sha256').update(FILE).digest('hex');
const INTEGRITY = `sha256-${Buffer.from(HEX, 'hex').toString('base64')}`;

async function contentOf(source: HttpsSource, artifact: LockedHttpsArtifact): Promise<string> {
  return source.fetch(artifact, async (chunks) => {
    const all: Uint8Array[] = [];
    for await (const chunk of chunks) {
      all.push(chunk);
    }
    return Buffer.concat(all).toString();
  });
}

/** With every URL on a server of the test, which has no TLS. */
function moved(request: HttpsArtifactRequest, from: string | RegExp, to: string): HttpsArtifactRequest {
  return JSON.parse(JSON.stringify(request).replaceAll(from, to)) as HttpsArtifactRequest;
}

/** A part of what `/v3/info/release_versions` answers. */
function temurinVersions(...versions: readonly string[]): string {
  return JSON.stringify({
    versions: versions.map((version) => ({ openjdk_version: version, semver: 'unused', optional: 'LTS' })),
  });
}

/** A part of what `/v3/assets/release_name/eclipse/…` answers. */
const TEMURIN_RELEASE = JSON.stringify({
  id: 'RE_1',
  release_name: 'jdk-21.0.5+11',
  timestamp: '2026-10-20T08:11:12Z',
  binaries: [
    {
      architecture: 'aarch64',
      os: 'linux',
      package: { checksum: HEX, link: 'https://example.org/x.tar.gz', name: 'x.tar.gz', size: 10 },
    },
  ],
});

describe('Temurin, as docs/sources.md defines it', () => {
  const release = '/v3/assets/release_name/eclipse/jdk-21.0.5%2B11';
  const binary = '/v3/binary/version/jdk-21.0.5%2B11/linux/aarch64/jre/hotspot/normal/eclipse';

  async function world() {
    const server = await serveFiles({
      '/v3/info/release_versions': temurinVersions(
        '21.0.5+11-LTS',
        '21.0.4+7-LTS',
        '21+35-LTS',
        '21.0.4.1+1',
      ),
      [release]: TEMURIN_RELEASE,
      [binary]: FILE,
    });
    const documented = await loadArtifact(documentedArtifact('temurin'), '21');
    const request = moved(documented, 'https://api.adoptium.net', server.url);
    return { server, request, source: await createTestHttpsSource() };
  }

  test('lists releases that are semver', async () => {
    const { request, server, source } = await world();
    expect(await source.open(request).versions('linux/arm64')).toEqual(['21.0.5+11', '21.0.4+7']);
    const asked = new URL(server.requests[0]?.url ?? '', server.url).searchParams;
    expect(asked.get('version')).toBe('[21,21.999]');
    expect(asked.get('architecture')).toBe('aarch64');
  });

  test('locks by the checksum of its package, and gives the file out', async () => {
    const { request, server, source } = await world();
    const { artifact } = await source.open(request).lock('linux/arm64', '21.0.5+11');
    expect(artifact).toEqual({
      kind: 'https',
      name: 'temurin',
      version: '21.0.5+11',
      integrity: INTEGRITY,
      published: '2026-10-20T08:11:12.000Z',
      url: `${server.url}${binary}`,
    });
    expect(await contentOf(source, artifact)).toBe('an archive');
  });
});

describe('a standalone CPython, as docs/sources.md defines it', () => {
  function asset(name: string) {
    return { name, updated_at: '2026-11-12T01:02:03Z', browser_download_url: 'https://example.org' };
  }

  function archive(version: string, arch: string): string {
    return `cpython-${version}-${arch}-unknown-linux-gnu-install_only_stripped.tar.gz`;
  }

  async function world() {
    const names = [
      archive('3.13.9+20261112', 'x86_64'),
      archive('3.13.9+20261112', 'aarch64'),
      archive('3.12.12+20261112', 'x86_64'),
      'cpython-3.13.9+20261112-x86_64-apple-darwin-install_only_stripped.tar.gz',
      'SHA256SUMS',
    ];
    const older = [archive('3.13.9+20261020', 'x86_64'), archive('3.13.8+20261020', 'x86_64')];
    const folder = '/astral-sh/python-build-standalone/releases/download/20261112';
    const server = await serveFiles({
      '/repos/astral-sh/python-build-standalone/releases': JSON.stringify([
        { tag_name: '20261112', assets: names.map(asset) },
        { tag_name: '20261020', assets: older.map(asset) },
      ]),
      [`${folder}/SHA256SUMS`]: names
        .map((name) => `${name.includes('x86') ? HEX : '0'.repeat(64)}  ${name}\n`)
        .join(''),
      [`${folder}/${encodeURIComponent(archive('3.13.9+20261112', 'x86_64'))}`]: FILE,
    });
    const documented = await loadArtifact(documentedArtifact('cpython'), '3.13');
    const request = moved(documented, /https:\/\/(?:api\.)?github\.com/g, server.url);
    return { server, request, source: await createTestHttpsSource() };
  }

  test('lists the builds of a platform', async () => {
    const { request, source } = await world();
    expect(await source.open(request).versions('linux/amd64')).toEqual([
      '3.13.9+20261112',
      '3.12.12+20261112',
      '3.13.9+20261020',
      '3.13.8+20261020',
    ]);
    expect(await source.open(request).versions('linux/arm64')).toEqual(['3.13.9+20261112']);
  });

  test('locks by SHA256SUMS of the release, and gives the file out', async () => {
    const { request, source } = await world();
    const { artifact } = await source.open(request).lock('linux/amd64', '3.13.9+20261112');
    expect(artifact).toMatchObject({ integrity: INTEGRITY, published: '2026-11-12T01:02:03.000Z' });
    expect(await contentOf(source, artifact)).toBe('an archive');
  });
});
