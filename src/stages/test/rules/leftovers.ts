import { resolvePath } from '../../../oci/index.ts';
import { pathsWhere, entriesWhere } from './rule.ts';
import type { RootRule } from './rule.ts';

/** What packages bring for a machine with services, logins and a desktop, and for people who build programs. */
const FOR_OTHERS = new RegExp(
  [
    '^/etc/(apt|cron\\.[^/]+|default|init\\.d|logrotate\\.d|pam\\.d|profile\\.d|skel|systemd|update-motd\\.d|X11)(/|$)',
    '^/usr/lib/(binfmt\\.d|modules-load\\.d|pam\\.d|systemd|sysusers\\.d|tmpfiles\\.d|udev)(/|$)',
    '^/usr/share/(applications|bash-completion|binfmts|dbus-1|fish|menu|pixmaps|polkit-1|X11|zsh)(/|$)',
    '^/usr/(local/)?include(/|$)',
    '^/usr/share/(aclocal|gcc|gdb)(/|$)',
    '/pkgconfig(/|$)',
    '\\.(a|la)$',
  ].join('|'),
);

export const noLeftovers: RootRule = {
  check: 'no-leftovers',
  expected: 'nothing that only a host with services and logins, a compiler or a debugger uses',
  variants: ['runtime'],
  violations: ({ root }) => pathsWhere(root, ({ path }) => FOR_OTHERS.test(path)),
};

/** Folders that the container's engine fills. */
const FILLED_AT_START = /^\/(dev|proc|run|sys)(\/|$)/;

/** A dropped file, or a package that was left out, shows where a link to it stays behind. */
export const noDanglingLinks: RootRule = {
  check: 'no-dangling-links',
  expected: 'every symbolic link leads to something',
  variants: ['runtime'],
  violations: ({ root }) =>
    entriesWhere(
      root,
      ({ path, linkTarget }) =>
        linkTarget !== undefined &&
        !FILLED_AT_START.test(linkTarget) &&
        resolvePath(root.entries, path) === undefined,
    ).map(({ path, linkTarget }) => `${path} -> ${linkTarget}`),
};

/** Dockle's DKL-LI-0003. Below /usr are the files of packages and releases, which are named as they are. */
const LEFT_BEHIND = new RegExp(
  [
    '^/(?!usr/)(.*/)?(Dockerfile|Containerfile|(docker-)?compose\\.ya?ml|\\.vimrc|\\.bash_history|\\.viminfo)$',
    '^/(var/)?tmp/',
    '/(\\.cache|\\.git|\\.vscode|\\.idea|\\.npm)/',
  ].join('|'),
);
const OTHERS_FOLDER = /\/(node_modules|vendor)\//;

export const noLeftBehind: RootRule = {
  check: 'no-left-behind',
  expected: "nothing of a builder's work: caches, temporary files, repositories, Dockerfiles",
  variants: ['runtime', 'dev'],
  violations: ({ root }) =>
    pathsWhere(
      root,
      ({ path, type }) => type !== 'directory' && LEFT_BEHIND.test(path) && !OTHERS_FOLDER.test(path),
    ),
};

/** A container's root has nothing above it, but what unpacks an image for another purpose has. */
export const noEscapingLinks: RootRule = {
  check: 'no-escaping-links',
  expected: 'no symbolic link that climbs above the root',
  variants: ['runtime', 'dev'],
  violations: ({ root }) =>
    entriesWhere(root, ({ path, linkTarget }) => linkTarget !== undefined && climbsOut(path, linkTarget)).map(
      ({ path, linkTarget }) => `${path} -> ${linkTarget}`,
    ),
};

function climbsOut(path: string, target: string): boolean {
  let depth = target.startsWith('/') ? 0 : path.split('/').length - 2;
  return target.split('/').some((part) => {
    depth += part === '..' ? -1 : Number(part !== '' && part !== '.');
    return depth < 0;
  });
}
