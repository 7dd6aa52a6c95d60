import type { RootFilesystem } from '../../../oci/index.ts';
import { entriesWhere } from './rule.ts';
import type { RootRule } from './rule.ts';

/** passwd(5): a password field that lets nobody in without shadow(5), which no image has. */
const LOCKED_PASSWORD = /^[x*!]+$/;

/** Fields of a colon-separated file of `/etc`. */
function table(root: RootFilesystem, path: string): readonly (readonly string[])[] | undefined {
  const lines = root.entries.get(path)?.content?.toString('utf8').split('\n');
  return lines?.filter((line) => line !== '').map((line) => line.split(':'));
}

/** What is in one list and not in the other, in words. */
function differences(expected: readonly string[], got: readonly string[]): readonly string[] {
  return [
    ...expected.filter((item) => !got.includes(item)).map((item) => `${item} is missing`),
    ...got.filter((item) => !expected.includes(item)).map((item) => `${item} is not designed`),
  ];
}

export const passwd: RootRule = {
  check: 'passwd',
  expected: "root, nonroot and the catalog's accounts, none with a password or a shell",
  variants: ['runtime'],
  violations: ({ root, accounts }) => {
    const rows = table(root, '/etc/passwd');
    if (rows === undefined) {
      return ['/etc/passwd is missing'];
    }
    const expected = accounts.map(({ name, uid, gid, home }) => `${name}:${uid}:${gid}:${home}`);
    const got = rows.map(([name, , uid, gid, , home]) => [name, uid, gid, home].join(':'));
    return [...differences(expected, got), ...rows.flatMap(loginViolations)];
  },
};

function loginViolations(row: readonly string[]): readonly string[] {
  const [name = '', password = '', , , , , shell = ''] = row;
  return [
    ...(LOCKED_PASSWORD.test(password) ? [] : [`${name} has a password field "${password}"`]),
    ...(/\/(nologin|false)$/.test(shell) ? [] : [`${name} has the shell "${shell}"`]),
  ];
}

export const group: RootRule = {
  check: 'group',
  expected: 'the groups of the accounts, and no others',
  variants: ['runtime'],
  violations: ({ root, accounts }) => {
    const rows = table(root, '/etc/group');
    if (rows === undefined) {
      return ['/etc/group is missing'];
    }
    const expected = [...new Set(accounts.map(({ name, gid }) => `${name}:${gid}`))];
    const got = rows.map(([name, , gid]) => [name, gid].join(':'));
    return differences(expected, got);
  },
};

/** Dev images have Debian's own accounts beside them, so that packages can be installed. */
export const designedAccounts: RootRule = {
  check: 'designed-accounts',
  expected: "root, nonroot and the catalog's accounts, as in the runtime image",
  variants: ['dev'],
  violations: ({ root, accounts }) => {
    const got = (table(root, '/etc/passwd') ?? []).map(([name, , uid, gid, , home]) =>
      [name, uid, gid, home].join(':'),
    );
    return accounts
      .map(({ name, uid, gid, home }) => `${name}:${uid}:${gid}:${home}`)
      .filter((account) => !got.includes(account))
      .map((account) => `${account} is missing`);
  },
};

/** Dockle's DKL-LI-0002: two names of one number are one user to the kernel, and one name of two is anybody's guess. */
export const uniqueAccounts: RootRule = {
  check: 'unique-accounts',
  expected: 'every name and number stands once in /etc/passwd and in /etc/group',
  variants: ['runtime', 'dev'],
  violations: ({ root }) =>
    ['/etc/passwd', '/etc/group'].flatMap((path) => {
      const rows = table(root, path) ?? [];
      return [...repeated(rows.map(([name]) => name)), ...repeated(rows.map(([, , number]) => number))].map(
        (value) => `${value} in ${path}`,
      );
    }),
};

function repeated(values: readonly (string | undefined)[]): readonly string[] {
  const again = values.flatMap((value, at) => (values.indexOf(value) < at ? [value ?? ''] : []));
  return [...new Set(again)];
}

/** Dockle's DKL-LI-0001 (CVE-2019-5021): an empty field lets in who gives no password. */
export const noEmptyPasswords: RootRule = {
  check: 'no-empty-passwords',
  expected: 'no account with an empty password',
  variants: ['runtime', 'dev'],
  violations: ({ root }) =>
    ['/etc/passwd', '/etc/shadow'].flatMap((path) =>
      (table(root, path) ?? []).filter(([, password]) => !password).map(([name]) => `${name} in ${path}`),
    ),
};

export const knownOwners: RootRule = {
  check: 'known-owners',
  expected: 'every owner is in /etc/passwd and /etc/group',
  variants: ['runtime', 'dev'],
  violations: ({ root }) => {
    const users = new Set(table(root, '/etc/passwd')?.map((row) => row[2]));
    const groups = new Set(table(root, '/etc/group')?.map((row) => row[2]));
    return entriesWhere(root, ({ uid, gid }) => !users.has(String(uid)) || !groups.has(String(gid))).map(
      ({ path, uid, gid }) => `${path} (${uid}:${gid})`,
    );
  },
};
