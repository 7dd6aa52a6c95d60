import { entriesWhere, octal, pathsWhere } from './rule.ts';
import type { RootRule } from './rule.ts';

const SETUID_SETGID = 0o6000;
const STICKY = 0o1000;
const WORLD_WRITABLE = 0o002;

export const noSetuid: RootRule = {
  check: 'no-setuid',
  expected: 'no setuid or setgid bit',
  variants: ['runtime', 'dev'],
  violations: ({ root }) =>
    entriesWhere(root, ({ type, mode }) => type !== 'symlink' && (mode & SETUID_SETGID) !== 0).map(
      ({ path, mode }) => `${path} (${octal(mode)})`,
    ),
};

/** File capabilities give rights to whoever runs the file, as setuid does, and no mode shows them. */
export const noFileCapabilities: RootRule = {
  check: 'no-file-capabilities',
  expected: 'no file with security.capability',
  variants: ['runtime', 'dev'],
  violations: ({ root }) => pathsWhere(root, ({ hasCapabilities }) => hasCapabilities),
};

export const noWorldWritable: RootRule = {
  check: 'no-world-writable',
  expected: 'nothing that everyone can write, but sticky directories',
  variants: ['runtime', 'dev'],
  violations: ({ root }) =>
    entriesWhere(
      root,
      ({ type, mode }) =>
        type !== 'symlink' &&
        (mode & WORLD_WRITABLE) !== 0 &&
        !(type === 'directory' && (mode & STICKY) !== 0),
    ).map(({ path, mode }) => `${path} (${octal(mode)})`),
};

/** Sockets need no mention: tar cannot hold them. */
export const noSpecialFiles: RootRule = {
  check: 'no-special-files',
  expected: 'no device node or fifo',
  variants: ['runtime', 'dev'],
  violations: ({ root }) =>
    entriesWhere(
      root,
      ({ type }) => type === 'character-device' || type === 'block-device' || type === 'fifo',
    ).map(({ path, type }) => `${path} (${type})`),
};
