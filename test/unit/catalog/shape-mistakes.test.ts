import { expect, test } from 'vitest';
import type { SpoiltCatalog } from '../../support/catalog-mistakes.ts';
import { problemsAfter } from '../../support/catalog-mistakes.ts';

interface Case {
  readonly summary: string;
  readonly spoil: (files: SpoiltCatalog) => void;
  readonly problems: readonly string[];
}

const ABSOLUTE = 'an absolute path of letters, digits and ._+@:~%=-, without ".."';
const GLOB =
  'an absolute path of letters, digits and ._+@:~%=-, in which *, ? and [ ] may stand, without ".."';

const cases: readonly Case[] = [
  {
    summary: 'no catalog.json',
    spoil: (files) => (files['catalog.json'] = undefined),
    problems: ['catalog.json: expected a readable file, got no such file'],
  },
  {
    summary: 'a syntax error has its line and column',
    spoil: (files) => (files['images/base.json'] = '{\n  "name": "base",\n  "stack" "base"\n}\n'),
    problems: ['images/base.json: line 3, column 11: expected ":", got "\\"base\\""'],
  },
  {
    summary: 'a file that ends too early',
    spoil: (files) => (files['images/base.json'] = '{\n  "name": "base",\n'),
    problems: [
      'images/base.json: line 3, column 1: expected a key in double quotes, got the end of the file',
    ],
  },
  {
    summary: 'an empty file',
    spoil: (files) => (files['images/base.json'] = ''),
    problems: ['images/base.json: line 1, column 1: expected a value, got the end of the file'],
  },
  {
    summary: 'a key that stands twice',
    spoil: (files) => {
      files['teams/payments.json'] =
        '{"name": "payments", "namespace": "p", "owner": "o", "images": ["base"],\n "images": ["node"]}';
    },
    problems: ['teams/payments.json: images: expected each key once, got it again in line 2, column 2'],
  },
  {
    summary: 'a list where an object should be',
    spoil: (files) => (files['teams/payments.json'] = []),
    problems: ['teams/payments.json: expected an object, got a list'],
  },
  {
    summary: 'an unknown key near a known one',
    spoil: (files) => {
      const [track] = files['images/node.json'].tracks;
      track.suit = track.suite;
      delete track.suite;
    },
    problems: [
      'images/node.json: tracks[0].suit: unknown key "suit", did you mean "suite"?',
      'images/node.json: tracks[0].suite: expected a string, got nothing',
    ],
  },
  {
    summary: 'an unknown key near none',
    spoil: (files) => (files['teams/payments.json'].budget = 3),
    problems: [
      'teams/payments.json: budget: unknown key "budget", expected "$schema", "name", "namespace", "owner", "images" or "aws"',
    ],
  },
  {
    summary: 'unknown keys deep in a stack',
    spoil: (files) => {
      files['stacks/node/stack.json'].example.server.prot = 8080;
      files['stacks/node/stack.json'].artifacts[0].integrity = 'sha512-…';
    },
    problems: [
      'stacks/node/stack.json: artifacts[0].integrity: unknown key "integrity", expected "kind", "name", "range", "into", "keep", "upstream", "package", "packages" or "witness"',
      'stacks/node/stack.json: example.server.prot: unknown key "prot", did you mean "port"?',
    ],
  },
  {
    summary: 'wrong types',
    spoil: (files) => {
      files['images/node.json'].title = 24;
      files['images/node.json'].tracks[0].tag = 24;
      files['images/node.json'].tracks[1].packages = 'libvips42';
      files['stacks/node/stack.json'].example.server.port = '8080';
      files['stacks/node/stack.json'].environment = [];
    },
    problems: [
      'images/node.json: title: expected a string, got 24',
      'images/node.json: tracks[0].tag: expected a string, got 24',
      'images/node.json: tracks[1].packages: expected a list, got "libvips42"',
      'stacks/node/stack.json: environment: expected an object, got a list',
      'stacks/node/stack.json: example.server.port: expected a number, got "8080"',
    ],
  },
  {
    summary: 'an unknown platform',
    spoil: (files) => (files['images/node.json'].tracks[0].platforms = ['linux/amd64', 'linux/arm']),
    problems: [
      'images/node.json: tracks[0].platforms[1]: expected "linux/amd64" or "linux/arm64", got "linux/arm"',
    ],
  },
  {
    summary: 'an unknown variant and an unknown artifact kind',
    spoil: (files) => {
      files['images/node.json'].variant = 'slim';
      files['stacks/node/stack.json'].artifacts[0].kind = 'pip';
    },
    problems: [
      'images/node.json: variant: expected "runtime" or "dev", got "slim"',
      'stacks/node/stack.json: artifacts[0].kind: expected "npm", "go", "nodejs" or "https", got "pip"',
    ],
  },
  {
    summary: 'dates that are not ISO dates, or are none',
    spoil: (files) => {
      files['images/node.json'].tracks[0].dates['end-of-life'] = '30.04.2028';
      files['images/node.json'].tracks[1].dates.release = '2024-02-30';
    },
    problems: [
      'images/node.json: tracks[0].dates.end-of-life: expected a date such as "2029-10-31", got "30.04.2028"',
      'images/node.json: tracks[1].dates.release: expected a date such as "2029-10-31", got "2024-02-30"',
    ],
  },
  {
    summary: 'empty lists',
    spoil: (files) => {
      files['images/base.json'].tracks = [];
      files['images/node.json'].tracks[0].platforms = [];
    },
    problems: [
      'images/base.json: tracks: expected at least 1 entry, got 0',
      'images/node.json: tracks[0].platforms: expected at least 1 entry, got 0',
    ],
  },
  {
    summary: 'an artifact that lacks a platform',
    spoil: (files) => delete files['stacks/node/stack.json'].artifacts[0].packages['linux/arm64'],
    problems: [
      'stacks/node/stack.json: artifacts[0].packages["linux/arm64"]: expected a string, got nothing',
    ],
  },
  {
    summary: 'paths that lead out of the image',
    spoil: (files) => {
      files['stacks/node/stack.json'].artifacts[0].keep = ['../bin/node'];
      files['stacks/node/stack.json'].links = { 'usr/bin/node': 'x' };
    },
    problems: [
      'stacks/node/stack.json: artifacts[0].keep[0]: expected a relative path without "..", got "../bin/node"',
      'stacks/node/stack.json: links["usr/bin/node"]: expected an absolute path of letters, digits and ._+@:~%=-, without "..", got "usr/bin/node"',
    ],
  },
  {
    summary: 'what an SBOM cannot say of an artifact',
    spoil: (files) => {
      files['stacks/node/stack.json'].artifacts[0].upstream = {
        license: 'MIT or so',
        cpe: { vendor: 'nodejs', product: 'node:js' },
      };
    },
    problems: [
      'stacks/node/stack.json: artifacts[0].upstream.cpe.product: expected a vendor or product name of a CPE such as "node.js", got "node:js"',
      'stacks/node/stack.json: artifacts[0].upstream.license: expected an SPDX licence expression such as "MIT OR Apache-2.0", got "MIT or so"',
    ],
  },
  {
    summary: 'a version that is neither a package nor an artifact',
    spoil: (files) => (files['stacks/node/stack.json'].version = { file: '/VERSION' }),
    problems: [
      'stacks/node/stack.json: version: expected {"package": "…"} or {"artifact": "…"}, got {"file":"/VERSION"}',
    ],
  },
  {
    summary: 'targets and archives that cannot be reached',
    spoil: (files) => {
      files['catalog.json'].targets = {
        prod: { kind: 'registry', registry: 'https://registry.example.com', prefix: 'golden' },
        staging: { kind: 'harbor' },
      };
      files['catalog.json'].archives = { debian: 'rsync://mirror.example.com/debian' };
    },
    problems: [
      'catalog.json: archives.debian: expected an http or https URL, got "rsync://mirror.example.com/debian"',
      'catalog.json: targets.prod.registry: expected a host such as "registry.example.com:5000", got "https://registry.example.com"',
      'catalog.json: targets.staging.kind: expected "local", "registry" or "ecr", got "harbor"',
    ],
  },
  {
    summary: 'passwords in URLs, which are not told',
    spoil: (files) => {
      files['catalog.json'].archives = {
        debian: 'https://reader:s3cret@mirror.example.com/debian',
        snapshot: 'https://to:ken@@snapshot.example.com:x',
      };
    },
    problems: [
      'catalog.json: archives.debian: expected an address without user and password, which belong into ~/.netrc, got "https://…@mirror.example.com/debian"',
      'catalog.json: archives.snapshot: expected an http or https URL, got "https://…@snapshot.example.com:x"',
    ],
  },
  {
    summary: 'paths that lead out of the root, or that a shell would take apart',
    spoil: (files) => {
      const stack = files['stacks/node/stack.json'];
      stack.drop = [
        '/usr/../../etc',
        '/usr/{a,../../etc}',
        '/tmp /etc',
        '/$(id)',
        '/usr/share/[a-z]*/{{tag}}',
      ];
      stack.links = { '/usr/bin/../../x': 'y', '/usr/bin/node': '../../still/below/the/root' };
      stack.artifacts[0].into = '/usr/local;id';
      stack.artifacts[0].keep = ['../../etc/passwd', '/etc/shadow'];
      stack.accounts[0].home = '/home/../..';
      stack.workdir = '/a b';
    },
    problems: [
      `stacks/node/stack.json: accounts[0].home: expected ${ABSOLUTE}, got "/home/../.."`,
      `stacks/node/stack.json: artifacts[0].into: expected ${ABSOLUTE}, got "/usr/local;id"`,
      'stacks/node/stack.json: artifacts[0].keep[0]: expected a relative path without "..", got "../../etc/passwd"',
      'stacks/node/stack.json: artifacts[0].keep[1]: expected a relative path without "..", got "/etc/shadow"',
      `stacks/node/stack.json: drop[0]: expected ${GLOB}, got "/usr/../../etc"`,
      `stacks/node/stack.json: drop[1]: expected ${GLOB}, got "/usr/{a,../../etc}"`,
      `stacks/node/stack.json: drop[2]: expected ${GLOB}, got "/tmp /etc"`,
      `stacks/node/stack.json: drop[3]: expected ${GLOB}, got "/$(id)"`,
      `stacks/node/stack.json: links["/usr/bin/../../x"]: expected ${ABSOLUTE}, got "/usr/bin/../../x"`,
      `stacks/node/stack.json: workdir: expected ${ABSOLUTE}, got "/a b"`,
    ],
  },
  {
    summary: 'repositories that are flat, allow nothing, or have their key elsewhere',
    spoil: (files) => {
      const good = { url: 'https://apt.example.org', key: 'keys/a.asc', suites: { trixie: ['stable'] } };
      files['catalog.json'].repositories = {
        flat: { ...good, suites: { trixie: ['binary/'] }, packages: ['*'] },
        nothing: { ...good, packages: [] },
        outside: { ...good, key: '../a.asc', suites: { trixie: ['a/../b'] }, packages: ['libpq*'] },
      };
    },
    problems: [
      'catalog.json: repositories.flat.suites.trixie[0]: expected a suite below dists/ such as "trixie-pgdg"; flat repositories, which end with a slash, are not supported, got "binary/"',
      'catalog.json: repositories.nothing.packages: expected at least 1 entry, got 0',
      'catalog.json: repositories.outside.key: expected a relative path without "..", got "../a.asc"',
      'catalog.json: repositories.outside.suites.trixie[0]: expected a suite below dists/ such as "trixie-pgdg"; flat repositories, which end with a slash, are not supported, got "a/../b"',
    ],
  },
  {
    summary: 'an include outside the two folders',
    spoil: (files) => files['catalog.json'].include.push('../other/*.json'),
    problems: [
      'catalog.json: include[2]: expected a pattern of files below images/ or teams/ such as "images/*.json", got "../other/*.json"',
    ],
  },
];

test.each(cases)('$summary', async ({ spoil, problems }) => {
  expect(await problemsAfter(spoil)).toEqual(problems);
});
