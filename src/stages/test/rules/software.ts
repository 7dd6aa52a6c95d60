import { baseName, parentOf, resolvePath } from '../../../oci/index.ts';
import type { RootEntry } from '../../../oci/index.ts';
import { entriesWhere, pathsWhere } from './rule.ts';
import type { RootRule } from './rule.ts';

const EXECUTABLE = 0o111;

const BINARY_DIRECTORY = /(^|\/)s?bin$/;

const SHELL =
  /^(sh|ash|bash|rbash|dash|busybox|toybox|csh|tcsh|fish|elvish|ksh(93)?|mksh|lksh|posh|yash|zsh\d?)$/;

const PACKAGE_MANAGER = new RegExp(
  `^(${[
    'apt(-\\w+)*|aptitude|dpkg(-\\w+)*|dselect|apk|rpm|rpm2cpio|yum|dnf\\d*|microdnf|zypper|pacman|snap|flatpak',
    'npm|npx|corepack|yarn|pnpm|pnpx',
    'pip[\\d.]*|pipx|uv|uvx|poetry|easy_install|conda|mamba',
    'gem[\\d.]*|bundler?[\\d.]*|composer|cargo|cpan[\\d.]*|luarocks|nuget',
  ].join('|')})$`,
);

/** Package managers that are a folder of modules, whatever the launcher is called. */
const PACKAGE_MANAGER_FOLDER =
  /\/(node_modules\/(npm|corepack|yarn|pnpm)|(site|dist)-packages\/pip|ensurepip)$/;

/** State of package managers: lists, caches and databases that a runtime image has no use for. */
const PACKAGE_STATE =
  /^\/(var\/cache\/.|var\/lib\/apt(\/|$)|etc\/apt(\/|$)|var\/lib\/dpkg\/(?!status\.d(\/|$))|var\/log\/.|root\/\.(npm|cache)(\/|$))/;

const DOCUMENTATION =
  /^\/usr\/(local\/)?share\/(doc|doc-base|man|info|locale|help|lintian|bug|gtk-doc|linda)\//;

/** Licence texts and notices stay: their licences demand it. */
const LICENCE = /\/(copyright|licen[cs]es?|notice|copying)([.-][^/]*)?$/i;

/** Programs are found by name where programs live, and by name anywhere when they are executable. */
function isProgramNamed(entry: RootEntry, name: RegExp): boolean {
  if (entry.type === 'directory' || !name.test(baseName(entry.path))) {
    return false;
  }
  const isInBinaryDirectory = BINARY_DIRECTORY.test(parentOf(entry.path));
  return isInBinaryDirectory || (entry.type === 'file' && (entry.mode & EXECUTABLE) !== 0);
}

/** A link of another name to such a program is one as well. */
function programs(subject: Parameters<RootRule['violations']>[0], name: RegExp): readonly string[] {
  return entriesWhere(
    subject.root,
    (entry) =>
      isProgramNamed(entry, name) ||
      (entry.linkTarget !== undefined &&
        BINARY_DIRECTORY.test(parentOf(entry.path)) &&
        name.test(baseName(entry.linkTarget))),
  ).map(({ path, linkTarget }) => (linkTarget === undefined ? path : `${path} -> ${linkTarget}`));
}

export const noShell: RootRule = {
  check: 'no-shell',
  expected: 'no shell, and no link to one',
  variants: ['runtime'],
  violations: (subject) => programs(subject, SHELL),
};

export const noPackageManager: RootRule = {
  check: 'no-package-manager',
  expected: 'no package manager',
  variants: ['runtime'],
  violations: (subject) => [
    ...programs(subject, PACKAGE_MANAGER),
    ...pathsWhere(
      subject.root,
      ({ path, type }) => type === 'directory' && PACKAGE_MANAGER_FOLDER.test(path),
    ),
  ],
};

export const noPackageState: RootRule = {
  check: 'no-package-state',
  expected: 'no package lists, caches, logs or databases but status.d',
  variants: ['runtime'],
  violations: ({ root }) => pathsWhere(root, ({ path }) => PACKAGE_STATE.test(path)),
};

export const noDocumentation: RootRule = {
  check: 'no-documentation',
  expected: 'no documentation or translation but licence texts',
  variants: ['runtime'],
  violations: ({ root }) =>
    pathsWhere(
      root,
      ({ path, type }) =>
        type !== 'directory' && DOCUMENTATION.test(path) && !LICENCE.test(path) && !isLinkedFolder(path),
    ),
};

/** `/usr/share/doc/libgcc-s1` is a link to the folder where the licence text is. */
function isLinkedFolder(path: string): boolean {
  return parentOf(path) === '/usr/share/doc';
}

/** A script without its interpreter can only fail: the package it came with was not meant to be used here. */
export const scriptInterpreters: RootRule = {
  check: 'script-interpreters',
  expected: 'scripts in binary directories have their interpreter',
  variants: ['runtime', 'dev'],
  violations: ({ root }) =>
    entriesWhere(root, ({ path, type }) => type === 'file' && BINARY_DIRECTORY.test(parentOf(path))).flatMap(
      (entry) => {
        const interpreter = interpreterOf(entry.start);
        const isMissing = interpreter !== undefined && resolvePath(root.entries, interpreter) === undefined;
        return isMissing ? [`${entry.path} (#!${interpreter})`] : [];
      },
    ),
};

/** execve(2), "Interpreter scripts". */
function interpreterOf(start: Buffer): string | undefined {
  return /^#![ \t]*(\S+)/.exec(start.toString('latin1'))?.[1];
}
