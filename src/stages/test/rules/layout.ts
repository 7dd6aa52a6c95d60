import { resolvePath } from '../../../oci/index.ts';
import type { RootEntry } from '../../../oci/index.ts';
import type { Account } from '../../../model/index.ts';
import { entriesWhere, octal } from './rule.ts';
import type { RootRule } from './rule.ts';

/** Directories that usrmerge makes links (Debian's `usr-is-merged`). */
const MERGED = ['bin', 'sbin', 'lib'];
const MERGED_IF_THERE = ['lib32', 'lib64', 'libo32', 'libx32'];

export const mergedUsr: RootRule = {
  check: 'merged-usr',
  expected: '/bin, /sbin and /lib* are links to /usr',
  variants: ['runtime', 'dev'],
  violations: ({ root }) => {
    const present = MERGED_IF_THERE.filter((name) => root.entries.has(`/${name}`));
    return [...MERGED, ...present].flatMap((name) => {
      const entry = root.entries.get(`/${name}`);
      if (entry === undefined) {
        return [`/${name} is missing`];
      }
      const isMerged = entry.linkTarget?.replace(/^\//, '') === `usr/${name}`;
      return isMerged ? [] : [`/${name} (${entry.linkTarget ?? entry.type})`];
    });
  },
};

export const tmpMode: RootRule = {
  check: 'tmp-mode',
  expected: '/tmp is a directory of root with mode 1777',
  variants: ['runtime', 'dev'],
  violations: ({ root }) => {
    const tmp = root.entries.get('/tmp');
    if (tmp === undefined) {
      return ['/tmp is missing'];
    }
    const isRight = tmp.type === 'directory' && tmp.mode === 0o1777 && tmp.uid === 0 && tmp.gid === 0;
    return isRight ? [] : [describe(tmp)];
  },
};

/** Debian's name for "has no home". */
const NO_HOME = '/nonexistent';

export const homeModes: RootRule = {
  check: 'home-modes',
  expected: 'each home is a directory of its account with mode 0700',
  variants: ['runtime', 'dev'],
  violations: ({ root, accounts }) =>
    accounts
      .filter(({ home }) => home !== NO_HOME)
      .flatMap((account) => homeViolations(resolvePath(root.entries, account.home), account)),
};

function homeViolations(entry: RootEntry | undefined, account: Account): string[] {
  if (entry === undefined) {
    return [`${account.home} of ${account.name} is missing`];
  }
  const isRight =
    entry.type === 'directory' &&
    entry.mode === 0o700 &&
    entry.uid === account.uid &&
    entry.gid === account.gid;
  return isRight ? [] : [`${describe(entry)} of ${account.name} (${account.uid}:${account.gid})`];
}

function describe({ path, type, mode, uid, gid }: RootEntry): string {
  return `${path} (${type} ${octal(mode)} ${uid}:${gid})`;
}

/** Seconds count: the clock of a build would show here, and the same inputs would give other bytes. */
export const noNewerFiles: RootRule = {
  check: 'no-newer-files',
  expected: 'no file newer than SOURCE_DATE_EPOCH',
  variants: ['runtime', 'dev'],
  violations: ({ root, epoch }) =>
    entriesWhere(root, ({ mtime }) => mtime > epoch).map(
      ({ path, mtime }) => `${path} (${new Date(mtime * 1000).toISOString()})`,
    ),
};
