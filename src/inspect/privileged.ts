import type { PrivilegedFile } from '../model/index.ts';
import { baseName, type Entries, type RootEntry } from '../oci/index.ts';
import { octal } from './compare-files.ts';

const SETUID = 0o4000;
const SETGID = 0o2000;
const EXECUTABLE = 0o111;

/** Programs that run what they are told to. */
const SHELLS: ReadonlySet<string> = new Set(
  'sh ash bash busybox csh dash elvish fish ksh ksh93 lksh mksh nu oksh posh pwsh rbash rksh sash tcsh toybox xonsh yash zsh zsh-static'.split(
    ' ',
  ),
);

/** Whatever gives rights to who runs it; setgid folders too, as `find -perm /6000` lists them. */
export function privilegedIn(entries: Entries): readonly PrivilegedFile[] {
  return [...entries.values()].flatMap((entry) => {
    const kinds = kindsOf(entry);
    if (kinds.length === 0 || entry.type === 'symlink') {
      return [];
    }
    const { path, type, mode, uid, gid } = entry;
    return [{ path, type, mode: octal(mode), uid, gid, kinds }];
  });
}

function kindsOf({ mode, hasCapabilities }: RootEntry): PrivilegedFile['kinds'] {
  return [
    ...((mode & SETUID) === 0 ? [] : (['setuid'] as const)),
    ...((mode & SETGID) === 0 ? [] : (['setgid'] as const)),
    ...(hasCapabilities ? (['capabilities'] as const) : []),
  ];
}

/** Executable files and links with the name of a shell, wherever they lie. */
export function shellsIn(entries: Entries): readonly string[] {
  return [...entries.values()]
    .filter(({ path }) => SHELLS.has(baseName(path)))
    .filter(({ type, mode }) => type === 'symlink' || (type === 'file' && (mode & EXECUTABLE) !== 0))
    .map(({ path }) => path);
}
