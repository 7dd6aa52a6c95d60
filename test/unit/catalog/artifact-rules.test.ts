import { describe, expect, test } from 'vitest';
import { problemsAfter } from '../../support/catalog-mistakes.ts';

const FILE = 'stacks/node/stack.json';
const NPM = { kind: 'npm', name: 'node', range: '24', into: '/usr/local', keep: ['bin/node'] };
const HTTPS = {
  kind: 'https',
  name: 'node',
  range: '24',
  into: '/usr/local',
  keep: ['bin/node'],
  url: 'https://releases.example/{version}/{arch}.tar.xz',
  versions: { url: 'https://releases.example/list', pattern: '^(?<version>.*)$' },
  checksum: { format: 'sha256sum', url: 'https://releases.example/{version}/SHA256SUMS' },
  published: { url: 'https://releases.example/{version}.json', pointer: '/date' },
};

function problemsOf(artifact: object): Promise<readonly string[]> {
  return problemsAfter((files) => (files[FILE].artifacts = [artifact]));
}

describe('an artifact without a mistake', () => {
  test.each([
    { summary: 'the same npm package everywhere', artifact: { ...NPM, package: 'node' } },
    { summary: 'go', artifact: { ...NPM, kind: 'go' } },
    { summary: 'nodejs', artifact: { ...NPM, kind: 'nodejs' } },
    { summary: 'https', artifact: HTTPS },
    {
      summary: 'https with a fixed list',
      artifact: {
        ...HTTPS,
        versions: { fixed: [{ version: '24.1.0', published: '2026-11-01T00:00:00Z' }] },
        published: undefined,
      },
    },
    { summary: 'a program', artifact: { ...HTTPS, format: 'file', keep: ['bin/node'] } },
  ])('$summary', async ({ artifact }) => {
    expect(await problemsOf(artifact)).toEqual([]);
  });
});

describe('a mistake', () => {
  test.each([
    {
      summary: 'no npm package',
      artifact: NPM,
      problem: `${FILE}: artifacts[0]: expected either "package" or "packages", got both or none`,
    },
    {
      summary: 'two npm packages',
      artifact: { ...NPM, package: 'node', packages: { 'linux/amd64': 'a', 'linux/arm64': 'b' } },
      problem: `${FILE}: artifacts[0]: expected either "package" or "packages", got both or none`,
    },
    {
      summary: 'a URL without TLS',
      artifact: { ...HTTPS, url: 'http://releases.example/{version}' },
      problem: `${FILE}: artifacts[0].url: expected an https URL, which may have {version} and {arch} in it, got "http://releases.example/{version}"`,
    },
    {
      summary: 'a URL without TLS on the machine itself',
      artifact: { ...HTTPS, url: 'http://localhost/{version}' },
      problem: `${FILE}: artifacts[0].url: expected an https URL, which may have {version} and {arch} in it, got "http://localhost/{version}"`,
    },
    {
      summary: 'a URL with a password',
      artifact: { ...HTTPS, url: 'https://reader:s3cret@releases.example/{version}' },
      problem: `${FILE}: artifacts[0].url: expected an address without user and password, which belong into ~/.netrc, got "https://…@releases.example/{version}"`,
    },
    {
      summary: 'a pattern without a version',
      artifact: { ...HTTPS, versions: { ...HTTPS.versions, pattern: '^(.*)$' } },
      problem: `${FILE}: artifacts[0].versions: expected a regular expression with a group (?<version>…), got "^(.*)$"`,
    },
    {
      summary: 'a pattern that does not parse',
      artifact: { ...HTTPS, versions: { ...HTTPS.versions, pattern: '(?<version>[' } },
      problem: `${FILE}: artifacts[0].versions: expected a regular expression with a group (?<version>…), got "(?<version>["`,
    },
    {
      summary: 'no date',
      artifact: { ...HTTPS, published: undefined },
      problem: `${FILE}: artifacts[0].published: expected the place of the date, as "versions" have none, got nothing`,
    },
    {
      summary: 'a signature of the release that is nowhere',
      artifact: { ...HTTPS, signature: { of: 'release', keys: ['keys/a.asc'] } },
      problem: `${FILE}: artifacts[0].signature: expected the "url" of the signature, got nothing`,
    },
    {
      summary: 'a program with two names',
      artifact: { ...HTTPS, format: 'file', keep: ['a', 'b'] },
      problem: `${FILE}: artifacts[0].keep: expected one file name for the program, got ["a","b"]`,
    },
    {
      summary: 'a key outside of the catalog',
      artifact: { ...HTTPS, signature: { of: 'checksums', keys: ['../a.asc'] } },
      problem: `${FILE}: artifacts[0].signature.keys[0]: expected a relative path without "..", got "../a.asc"`,
    },
  ])('$summary', async ({ artifact, problem }) => {
    expect(await problemsOf(artifact)).toEqual([problem]);
  });

  test('in what dev images get', async () => {
    const problems = await problemsAfter((files) => (files[FILE].dev = { artifacts: [NPM] }));
    expect(problems).toEqual([
      `${FILE}: dev.artifacts[0]: expected either "package" or "packages", got both or none`,
    ]);
  });
});
