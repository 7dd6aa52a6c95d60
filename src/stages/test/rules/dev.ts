import { resolvePath } from '../../../oci/index.ts';
import type { RootRule } from './rule.ts';
import { installedPackages, readDpkgStatus } from './packages.ts';
import { pathsWhere } from './rule.ts';

/** What everybody who builds on a dev image counts on. */
const DEV_PROGRAMS = [
  '/bin/sh',
  '/bin/bash',
  '/usr/bin/apt-get',
  '/usr/bin/dpkg',
  '/usr/bin/git',
  '/usr/bin/curl',
];

export const devPrograms: RootRule = {
  check: 'dev-programs',
  expected: 'a shell, apt, dpkg, git and curl',
  variants: ['dev'],
  violations: ({ root }) =>
    DEV_PROGRAMS.filter((path) => resolvePath(root.entries, path) === undefined).map(
      (path) => `${path} is missing`,
    ),
};

/** dpkg(1), "Package states": anything else is what `dpkg --audit` lists. */
const CONFIGURED = 'install ok installed';

/** Scanners read one or the other: two databases would count packages twice. */
export const dpkgStatus: RootRule = {
  check: 'dpkg-status',
  expected:
    "every locked package configured in dpkg's status with its version, nothing else, and no status.d",
  variants: ['dev'],
  violations: ({ root, packages }) => {
    const { problems, packages: known } = readDpkgStatus(root);
    const locked = new Set(packages.map(({ name, version }) => `${name} ${version}`));
    const installed = new Set(installedPackages(root).map(({ name, version }) => `${name} ${version}`));
    return [
      ...problems,
      ...known
        .filter(({ status }) => status !== CONFIGURED)
        .map(({ name, status }) => `${name} is "${status}"`),
      ...[...locked].filter((item) => !installed.has(item)).map((item) => `${item} is missing`),
      ...[...installed].filter((item) => !locked.has(item)).map((item) => `${item} is not locked`),
      ...pathsWhere(root, ({ path }) => path.startsWith('/var/lib/dpkg/status.d/')),
    ];
  },
};

/** Dockle's DKL-DI-0005: what `apt-get clean` and an emptied list folder leave is nothing, or empty. */
const APT_CACHE = /^\/var\/(lib\/apt\/lists|cache\/apt)\//;

export const noAptCache: RootRule = {
  check: 'no-apt-cache',
  expected: 'no downloaded packages and no package lists',
  variants: ['dev'],
  violations: ({ root }) =>
    pathsWhere(root, ({ path, type, size }) => type === 'file' && size > 0 && APT_CACHE.test(path)),
};
