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
