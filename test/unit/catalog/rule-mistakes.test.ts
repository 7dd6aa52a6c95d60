import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadCatalog } from '../../../src/catalog/index.ts';
import { problemText } from '../../../src/model/index.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';
import type { SpoiltCatalog } from '../../support/catalog-mistakes.ts';
import { problemsAfter } from '../../support/catalog-mistakes.ts';

interface Case {
  readonly summary: string;
  readonly spoil: (files: SpoiltCatalog) => void;
  readonly problems: readonly string[];
}

const PGDG = {
  url: 'https://apt.example.org/pub/repos/apt',
  key: 'keys/pgdg.asc',
  suites: { trixie: ['trixie-pgdg'] },
  packages: ['libpq5'],
};

const cases: readonly Case[] = [
  { summary: 'nothing spoilt', spoil: () => undefined, problems: [] },
  {
    summary: 'two images with one name',
    spoil: (files) => (files['images/base.json'].name = 'node'),
    problems: [
      'images/base.json: name: expected a name of its own, got "node", the name in images/node.json',
      'images/node.json: name: expected a name of its own, got "node", the name in images/base.json',
    ],
  },
  {
    summary: 'a tag that stands twice',
    spoil: (files) => (files['images/node.json'].tracks[1].tag = '24'),
    problems: ['images/node.json: tracks[1].tag: expected a tag of its own, got "24", the tag of tracks[0]'],
  },
  {
    summary: 'two names and tags that make one id',
    spoil: (files) => {
      files['images/base.json'].name = 'node-22';
      files['images/base.json'].tracks[0].tag = 'slim';
      files['images/node.json'].tracks[1].tag = '22-slim';
      files['stacks/node/stack.json'].artifacts[0].range = '*';
    },
    problems: [
      'images/node.json: tracks[1].tag: expected an image id of its own, got "node-22-slim", the id of images/base.json: tracks[0]',
    ],
  },
  {
    summary: 'five tracks in a repository',
    spoil: (files) => {
      const { tracks } = files['images/node.json'];
      tracks.push({ ...tracks[0], tag: '25' }, { ...tracks[0], tag: '26' }, { ...tracks[0], tag: '27' });
    },
    problems: [
      "images/node.json: tracks: expected at most 4 tracks in a repository (ECR's limit on moving tags), got 5",
    ],
  },
  {
    summary: 'a platform that stands twice',
    spoil: (files) => (files['images/node.json'].tracks[0].platforms = ['linux/amd64', 'linux/amd64']),
    problems: [
      'images/node.json: tracks[0].platforms[1]: expected each platform once, got "linux/amd64" again',
    ],
  },
  {
    summary: 'a step that reads what is not below',
    spoil: (files) => {
      files['stacks/base/stack.json'].reads = ['node'];
      files['stacks/node/stack.json'].reads = ['base', 'node'];
    },
    problems: [
      'stacks/base/stack.json: reads[0]: expected a stack below (nothing, as the stack extends none), got "node"',
      'stacks/node/stack.json: reads[1]: expected a stack below ("base"), got "node"',
    ],
  },
  {
    summary: 'unknown stacks, near and far from known ones',
    spoil: (files) => {
      files['images/base.json'].stack = 'bsae';
      files['images/node.json'].stack = 'haskell';
    },
    problems: [
      'images/base.json: stack: unknown stack "bsae", did you mean "base"?',
      'images/node.json: stack: unknown stack "haskell", expected "base" or "node"',
    ],
  },
  {
    summary: 'a stack file that is broken is not unknown as well',
    spoil: (files) => (files['stacks/base/stack.json'] = '{'),
    problems: [
      'stacks/base/stack.json: line 1, column 2: expected a key in double quotes, got the end of the file',
    ],
  },
  {
    summary: 'a stack folder without its file',
    spoil: (files) => (files['stacks/ruby/structure-test.yaml'] = 'schemaVersion: 2.0.0\n'),
    problems: ['stacks/ruby/stack.json: expected a readable file, got no such file'],
  },
  {
    summary: 'the stack extended is unknown',
    spoil: (files) => (files['stacks/node/stack.json'].extends = 'bas'),
    problems: ['stacks/node/stack.json: extends: unknown stack "bas", did you mean "base"?'],
  },
  {
    summary: 'stacks that extend each other are told once',
    spoil: (files) => (files['stacks/base/stack.json'].extends = 'node'),
    problems: [
      'stacks/base/stack.json: extends: expected a stack that does not extend this one, got the circle "base" → "node" → "base"',
    ],
  },
  {
    summary: 'a stack that extends itself',
    spoil: (files) => (files['stacks/base/stack.json'].extends = 'base'),
    problems: [
      'stacks/base/stack.json: extends: expected a stack that does not extend this one, got the circle "base" → "base"',
    ],
  },
  {
    summary: 'a stack named unlike its folder',
    spoil: (files) => (files['stacks/base/stack.json'].name = 'glibc'),
    problems: ['stacks/base/stack.json: name: expected "base", the name of the folder, got "glibc"'],
  },
  {
    summary: 'release after end of life',
    spoil: (files) => (files['images/node.json'].tracks[0].dates.release = '2029-01-01'),
    problems: [
      'images/node.json: tracks[0].dates.end-of-life: expected a date after the release on 2029-01-01, got "2028-04-30"',
    ],
  },
  {
    summary: 'a team that names unknown images, and one twice',
    spoil: (files) => (files['teams/payments.json'].images = ['node', 'bse', 'node']),
    problems: [
      'teams/payments.json: images[1]: unknown image "bse", did you mean "base"?',
      'teams/payments.json: images[2]: expected each image once, got "node" again',
    ],
  },
  {
    summary: 'an image file that is broken is not unknown to its teams as well',
    spoil: (files) => (files['images/node.json'] = '{}}'),
    problems: ['images/node.json: line 1, column 3: expected the end of the file, got "}"'],
  },
  {
    summary: 'two teams in one namespace',
    spoil: (files) => (files['teams/web.json'] = { ...files['teams/payments.json'], name: 'web' }),
    problems: [
      'teams/web.json: namespace: expected a namespace of its own, got "team-payments", the namespace in teams/payments.json',
    ],
  },
  {
    summary: 'an include nobody matches',
    spoil: (files) => (files['catalog.json'].include = ['images/*.json', 'teams/*/*.json']),
    problems: ['catalog.json: include[1]: expected a pattern that matches a file, got "teams/*/*.json"'],
  },
  {
    summary: 'local is not another registry, and no other is local',
    spoil: (files) => {
      files['catalog.json'].targets = {
        local: { kind: 'registry', registry: 'registry.example.com', prefix: 'golden' },
        other: { kind: 'local' },
      };
    },
    problems: [
      'catalog.json: targets.local.kind: expected kind "local" (the registry ingot starts itself), got "registry"',
      'catalog.json: targets.other.kind: expected kind "registry" or "ecr", got "local", which only the target "local" is',
    ],
  },
  {
    summary: 'a variable with a typo',
    spoil: (files) => (files['stacks/node/stack.json'].artifacts[0].range = '^{{tga}}'),
    problems: ['stacks/node/stack.json: artifacts[0].range: unknown variable "tga", did you mean "tag"?'],
  },
  {
    summary: 'a range no version can be in',
    spoil: (files) => (files['stacks/node/stack.json'].artifacts[0].range = 'lts-{{tag}}'),
    problems: [
      'images/node.json: tracks[0].tag: expected a tag that makes "lts-{{tag}}" of stacks/node/stack.json a semver range, got "24"',
      'images/node.json: tracks[1].tag: expected a tag that makes "lts-{{tag}}" of stacks/node/stack.json a semver range, got "22"',
    ],
  },
  {
    summary: 'a range no version can be in, whatever the track',
    spoil: (files) => (files['stacks/node/stack.json'].artifacts[0].range = 'lts'),
    problems: ['stacks/node/stack.json: artifacts[0].range: expected a semver range, got "lts"'],
  },
  {
    summary: 'a version from an artifact that is not there',
    spoil: (files) => (files['stacks/node/stack.json'].version = { artifact: 'nodejs' }),
    problems: ['stacks/node/stack.json: version.artifact: expected "node", got "nodejs"'],
  },
  {
    summary: 'a user without an account, and accounts that are taken',
    spoil: (files) => {
      files['stacks/node/stack.json'].user = '1001:1001';
      files['stacks/node/stack.json'].accounts.push({ name: 'nonroot', uid: 1000, gid: 7, home: '/x' });
    },
    problems: [
      'stacks/node/stack.json: accounts[1].name: expected a name of its own, got "nonroot" again',
      'stacks/node/stack.json: accounts[1].uid: expected a uid of its own, got "1000" again',
      'stacks/node/stack.json: user: expected the uid and gid of an account ("0:0", "65532:65532", "1000:1000" or "1000:7"), got "1001:1001"',
    ],
  },
  {
    summary: 'a stack that does not prove its images',
    spoil: (files) => {
      delete files['stacks/base/stack.json'].version;
      delete files['stacks/base/stack.json'].example;
      files['stacks/base/structure-test.yaml'] = undefined;
      files['stacks/node/example/hello.js'] = undefined;
    },
    problems: [
      'images/base.json: stack: expected a stack with "example", got "base" without',
      'images/base.json: stack: expected a stack with "version", got "base" without',
      'images/base.json: stack: expected a stack with structure-test.yaml beside its stack.json, got "base" without',
      'images/node.json: stack: expected a stack with a folder "example" beside its stack.json, got "node" without',
    ],
  },
  {
    summary: 'a repository that is named, but not there',
    spoil: (files) => {
      files['catalog.json'].repositories = { pgdg: PGDG };
      files['stacks/base/stack.json'].repositories = ['pgdp'];
      files['stacks/node/stack.json'].repositories = ['pgdg'];
    },
    problems: ['stacks/base/stack.json: repositories[0]: unknown repository "pgdp", did you mean "pgdg"?'],
  },
  {
    summary: 'a repository where the catalog has none',
    spoil: (files) => (files['stacks/node/stack.json'].repositories = ['pgdg']),
    problems: [
      'stacks/node/stack.json: repositories[0]: unknown repository "pgdg", expected one of "repositories" in catalog.json, which has none',
    ],
  },
  {
    summary:
      'a repository without suites for the Debian release of a track, and one that would stand in for Debian',
    spoil: (files) => {
      files['catalog.json'].repositories = { pgdg: PGDG, debian: PGDG };
      files['stacks/base/stack.json'].repositories = ['pgdg'];
      files['images/node.json'].tracks[1].suite = 'bookworm';
    },
    problems: [
      'catalog.json: repositories.debian: expected a name that is not one of Debian\'s archives, got "debian": where those are, "archives" says',
      'images/node.json: tracks[1].suite: expected a Debian release that repository "pgdg" has suites for ("trixie"), got "bookworm"',
    ],
  },
  {
    summary: 'mistakes of every kind in one file hide none of each other',
    spoil: (files) => {
      const { tracks } = files['images/node.json'];
      tracks[0].platforms = ['linux/arm'];
      tracks[0].dates['end-of-life'] = '2020-01-01';
      tracks[1].tag = '24';
      tracks[1].sutie = 'x';
      files['images/node.json'].stack = 'nod';
      files['teams/payments.json'].images = ['node', 'nide'];
    },
    problems: [
      'images/node.json: stack: unknown stack "nod", did you mean "node"?',
      'images/node.json: tracks[0].dates.end-of-life: expected a date after the release on 2025-05-06, got "2020-01-01"',
      'images/node.json: tracks[0].platforms[0]: expected "linux/amd64" or "linux/arm64", got "linux/arm"',
      'images/node.json: tracks[1].sutie: unknown key "sutie", did you mean "suite"?',
      'images/node.json: tracks[1].tag: expected a tag of its own, got "24", the tag of tracks[0]',
      'teams/payments.json: images[1]: unknown image "nide", did you mean "node"?',
    ],
  },
];

test.each(cases)('$summary', async ({ spoil, problems }) => {
  expect(await problemsAfter(spoil)).toEqual(problems);
});

test("a link among a stack's files is not followed", async () => {
  using folder = temporaryFolder();
  writeCatalog(folder.path, { ...GOOD_CATALOG, 'stacks/node/files/etc/node.conf': '' });
  symlinkSync('/etc/passwd', path.join(folder.path, 'stacks/node/files/etc/users'));
  symlinkSync('/etc', path.join(folder.path, 'stacks/node/files/host'));
  symlinkSync('/etc', path.join(folder.path, 'stacks/base/files'));
  const loaded = await loadCatalog(folder.path);
  expect(loaded.problems.map(problemText)).toEqual(
    ['base/files', 'node/files/etc/users', 'node/files/host'].map(
      (file) =>
        `stacks/${file}: expected a file or a folder, got a link or a device: links of the image stand in "links"`,
    ),
  );
});
