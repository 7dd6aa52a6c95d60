import { expect, test } from 'vitest';
import { problemsAfter, type SpoiltCatalog } from '../../support/catalog-mistakes.ts';

const NO_USERINFO = 'expected an address without user and password, which belong into ~/.netrc, got';

test.each<{ summary: string; spoil: (files: SpoiltCatalog) => void; problem: string }>([
  {
    summary: 'a mirror',
    spoil: (files) =>
      (files['catalog.json'].archives = { debian: 'https://bot:s3cret@mirror.example.com/debian' }),
    problem: `catalog.json: archives.debian: ${NO_USERINFO} "https://…@mirror.example.com/debian"`,
  },
  {
    summary: 'a token in the address of a mirror',
    spoil: (files) => (files['catalog.json'].archives = { snapshot: 'http://s3cret@mirror.example.com' }),
    problem: `catalog.json: archives.snapshot: ${NO_USERINFO} "http://…@mirror.example.com"`,
  },
  {
    summary: 'the source of the images',
    spoil: (files) => (files['catalog.json'].publisher.source = 'https://bot:s3cret@git.example.com/golden'),
    problem: `catalog.json: publisher.source: ${NO_USERINFO} "https://…@git.example.com/golden"`,
  },
  {
    summary: 'a repository',
    spoil: (files) => {
      files['catalog.json'].repositories = {
        mine: {
          url: 'https://bot:s3@cret@apt.example.com',
          key: 'keys/mine.asc',
          suites: { trixie: ['main'] },
          packages: ['mine'],
        },
      };
    },
    problem: `catalog.json: repositories.mine.url: ${NO_USERINFO} "https://…@apt.example.com"`,
  },
  {
    summary: 'a release',
    spoil: (files) => {
      files['stacks/node/stack.json'].artifacts[0] = {
        kind: 'https',
        name: 'node',
        range: '*',
        into: '/usr/local',
        keep: ['bin/node'],
        url: 'https://bot:s3cret@releases.example.com/{version}',
        versions: { fixed: [{ version: '1.0.0', published: '2026-01-01T00:00:00Z' }] },
        checksum: { format: 'sha256sum', url: 'https://releases.example.com/{version}.sha256' },
      };
    },
    problem: `stacks/node/stack.json: artifacts[0].url: ${NO_USERINFO} "https://…@releases.example.com/{version}"`,
  },
  {
    summary: 'a registry',
    spoil: (files) => {
      files['catalog.json'].targets = {
        prod: { kind: 'registry', registry: 'bot:s3cret@registry.example.com', prefix: 'golden' },
      };
    },
    problem:
      'catalog.json: targets.prod.registry: expected a host such as "registry.example.com:5000", got "…@registry.example.com"',
  },
])('a password in $summary is refused, and not printed', async ({ spoil, problem }) => {
  expect(await problemsAfter(spoil)).toEqual([problem]);
});

test('an @ behind the host is none', async () => {
  const problems = await problemsAfter((files) => {
    files['catalog.json'].archives = { debian: 'https://mirror.example.com/@debian/debian' };
  });
  expect(problems).toEqual([]);
});
