import { resolvePath } from '../../../oci/index.ts';
import type { EntryType, RootEntry } from '../../../oci/index.ts';
import { excludePatterns, expectEqual, expectPatterns } from './expect.ts';
import type { Miss } from './expect.ts';
import type { FileContentTest, FileExistenceTest } from './schema.ts';
import { imageEnvironment, substitute } from './subject.ts';
import type { StructureSubject } from './subject.ts';

type FileSubject = Pick<StructureSubject, 'root' | 'config'>;

/** Go's `os.FileMode.String`: type letters first, then setuid, setgid, device kind, sticky; `-` for a plain file. */
const TYPE_LETTERS: Readonly<Record<EntryType, string>> = {
  file: '',
  directory: 'd',
  symlink: 'L',
  'character-device': 'Dc',
  'block-device': 'D',
  fifo: 'p',
};
const SPECIAL_BITS = [
  { bit: 0o4000, letter: 'u' },
  { bit: 0o2000, letter: 'g' },
  { bit: 0o1000, letter: 't' },
];

const EXECUTABLE_BITS = { owner: 0o100, group: 0o010, other: 0o001, any: 0o111 } as const;

/** `dtrwxrwxrwx` for `/tmp`. */
export function goFileMode({ type, mode }: Pick<RootEntry, 'type' | 'mode'>): string {
  const letters = SPECIAL_BITS.filter(({ bit }) => (mode & bit) !== 0).map(({ letter }) => letter);
  const [kind = '', device = ''] = TYPE_LETTERS[type];
  const prefix = `${kind}${letters.filter((letter) => letter !== 't').join('')}${device}${letters.includes('t') ? 't' : ''}`;
  const permissions = Array.from('rwxrwxrwx', (letter, index) =>
    (mode & (0o400 >> index)) === 0 ? '-' : letter,
  );
  return `${prefix === '' ? '-' : prefix}${permissions.join('')}`;
}

/** A link is looked at itself; links on the way to it are followed. */
export function checkFileExistence(test: FileExistenceTest, subject: FileSubject): readonly Miss[] {
  const path = substitute(test.path, imageEnvironment(subject.config));
  const entry = resolvePath(subject.root.entries, path, { followLast: false });
  if (entry === undefined) {
    return test.shouldExist ? [{ expected: `${path} exists`, got: 'nothing there' }] : [];
  }
  if (!test.shouldExist) {
    return [{ expected: `${path} does not exist`, got: entry.type }];
  }
  const { isDirectory, permissions, uid, gid, isExecutableBy } = test;
  return [
    ...(isDirectory === undefined ? [] : expectDirectory(entry, isDirectory)),
    ...(permissions === undefined ? [] : expectEqual('permissions', permissions, goFileMode(entry))),
    ...(uid === undefined ? [] : expectEqual('uid', String(uid), String(entry.uid))),
    ...(gid === undefined ? [] : expectEqual('gid', String(gid), String(entry.gid))),
    ...(isExecutableBy === undefined ? [] : expectExecutable(entry, isExecutableBy)),
  ];
}

function expectDirectory({ type }: RootEntry, isDirectory: boolean): readonly Miss[] {
  return (type === 'directory') === isDirectory
    ? []
    : [{ expected: isDirectory ? 'a directory' : 'no directory', got: type }];
}

function expectExecutable(entry: RootEntry, who: keyof typeof EXECUTABLE_BITS): readonly Miss[] {
  return (entry.mode & EXECUTABLE_BITS[who]) === 0
    ? [{ expected: `executable by ${who}`, got: goFileMode(entry) }]
    : [];
}

/** Only files whose content was kept can be looked into: small ones, and system files. */
export function checkFileContent(test: FileContentTest, subject: FileSubject): readonly Miss[] {
  const path = substitute(test.path, imageEnvironment(subject.config));
  const entry = resolvePath(subject.root.entries, path);
  if (entry === undefined) {
    return [{ expected: `${path} exists`, got: 'nothing there' }];
  }
  if (entry.type !== 'file') {
    return [{ expected: `${path} is a file`, got: entry.type }];
  }
  if (entry.content === undefined) {
    const expected = `${path} is small enough to be looked into (docs/image-tests.md says how small)`;
    return [{ expected, got: `${entry.size} bytes; look into it with a command of the image` }];
  }
  const text = entry.content.toString('utf8');
  return [
    ...expectPatterns('content', text, test.expectedContents),
    ...excludePatterns('content', text, test.excludedContents),
  ];
}
