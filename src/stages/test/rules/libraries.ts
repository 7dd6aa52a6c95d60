import type { Platform } from '../../../model/index.ts';
import { elfMachineOf, parentOf, resolvePath, tripletOf } from '../../../oci/index.ts';
import type { ElfFile, RootEntry, RootFilesystem } from '../../../oci/index.ts';
import { fileOwners } from './ownership.ts';
import type { RootRule, WrittenExclusion } from './rule.ts';

interface LoadedFile {
  readonly entry: RootEntry;
  readonly elf: ElfFile;
}

/** Every dynamic program and library finds what it needs, the way ld.so(8) looks for it. */
export const sharedLibraries: RootRule = {
  check: 'shared-libraries',
  expected:
    'every ELF file is for the platform and has its interpreter and every library it needs; a package that is needed cannot be excluded, nor its files dropped',
  variants: ['runtime', 'dev'],
  violations: ({ root, platform, excluded }) => {
    const owners = fileOwners(root);
    return [...root.entries.values()].flatMap((entry) => {
      const { elf } = entry;
      if (elf === undefined) {
        return [];
      }
      if (elf.kind === 'problem') {
        return [`${entry.path}: ${elf.reason}`];
      }
      const unmet = unmetWishes(owners.get(entry.path) ?? [], excluded);
      return fileViolations(root, platform, { entry, elf }).map((violation) => `${violation}${unmet}`);
    });
  },
};

/** Which exclude may be to blame: what the file's own package depends on and does not get. */
function unmetWishes(owners: readonly string[], excluded: readonly WrittenExclusion[]): string {
  const unmet = excluded.filter(({ requestedBy }) => requestedBy.some((name) => owners.includes(name)));
  const wishes = unmet.map(
    (exclusion) => `${exclusion.package}, which ${exclusion.file} excludes (${exclusion.reason})`,
  );
  return wishes.length === 0
    ? ''
    : `; its package ${owners.join(' and ')} depends on ${wishes.join(', and on ')}`;
}

function fileViolations(root: RootFilesystem, platform: Platform, file: LoadedFile): readonly string[] {
  const { entry, elf } = file;
  const machine = elfMachineOf(platform);
  if (elf.machine !== machine) {
    return [`${entry.path}: machine ${elf.machine}, not ${machine}`];
  }
  const { interpreter } = elf;
  const hasInterpreter = interpreter === undefined || resolvePath(root.entries, interpreter) !== undefined;
  const folders = searchFolders(platform, file);
  const missing = elf.needed.filter(
    (name) =>
      !isFound(root, machine, libraryPaths(name, folders)) &&
      !isFound(root, machine, loadedBeside(root, file, name)),
  );
  return [
    ...(hasInterpreter ? [] : [`${entry.path}: interpreter ${interpreter} is missing`]),
    ...missing.map((name) => `${entry.path}: ${name} is missing`),
  ];
}

/** Where Debian's linker looks by itself, and where any library may be wanted by any program. */
const PUBLIC_FOLDER = /^\/usr\/lib(64)?(\/[^/]+-linux-gnu)?$/;

/**
 * A plug-in in a folder of its own may need a library that its program has loaded by path before: `libjava.so`
 * needs `libjvm.so`, which only the launcher finds, in `server/`. ld.so(8) takes what is loaded already by its name.
 */
function loadedBeside(root: RootFilesystem, { entry, elf }: LoadedFile, name: string): readonly string[] {
  const folder = parentOf(entry.path);
  if (elf.interpreter !== undefined || name.includes('/') || PUBLIC_FOLDER.test(folder)) {
    return [];
  }
  return [...root.entries.keys()].filter(
    (path) => path.startsWith(`${folder}/`) && path.endsWith(`/${name}`),
  );
}

/** ld.so(8): a name with a slash is a path. */
function libraryPaths(name: string, folders: readonly string[]): readonly string[] {
  return name.includes('/') ? [name] : folders.map((folder) => `${folder}/${name}`);
}

function isFound(root: RootFilesystem, machine: number, paths: readonly string[]): boolean {
  return paths.some((path) => {
    const elf = resolvePath(root.entries, path)?.elf;
    return elf?.kind === 'elf' && elf.machine === machine;
  });
}

/**
 * ld.so(8): DT_RPATH only where there is no DT_RUNPATH, then the folders that Debian's linker is built with.
 * What ld.so.conf names is found through a cache only, which images do not have (docs/decisions/0007).
 */
function searchFolders(platform: Platform, { entry, elf }: LoadedFile): readonly string[] {
  const triplet = tripletOf(platform);
  const own = elf.runpath.length > 0 ? elf.runpath : elf.rpath;
  return [
    ...own.map((folder) => expand(folder, parentOf(entry.path), triplet)),
    ...['/lib', '/usr/lib'].flatMap((folder) => [`${folder}/${triplet}`, folder]),
    '/lib64',
    '/usr/lib64',
  ];
}

/** ld.so(8), "Dynamic string tokens". `$LIB` is the multiarch folder on Debian. */
function expand(folder: string, origin: string, triplet: string): string {
  return folder.replaceAll(/\$(ORIGIN|\{ORIGIN\})/g, origin).replaceAll(/\$(LIB|\{LIB\})/g, `lib/${triplet}`);
}
