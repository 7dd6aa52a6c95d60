import { parseDeb822 } from '../../../debian/index.ts';
import { FactoryError } from '../../../model/index.ts';
import { baseName } from '../../../oci/index.ts';
import type { RootEntry, RootFilesystem } from '../../../oci/index.ts';
import type { RootRule } from './rule.ts';

export const STATUS_FOLDER = '/var/lib/dpkg/status.d';
export const SUMS_SUFFIX = '.md5sums';

/** One package as the image's own database has it. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** A file of `status.d` and what it says; a reason where it says nothing usable. */
interface StatusFile {
  readonly path: string;
  readonly installed: InstalledPackage | { readonly reason: string };
}

/** Packages the image says it has, whatever the lock says. Damaged files are the rules' business. */
export function installedPackages(root: RootFilesystem): readonly InstalledPackage[] {
  const unpacked = statusFiles(root).flatMap(({ installed }) => ('reason' in installed ? [] : [installed]));
  return [...unpacked, ...readDpkgStatus(root).packages];
}

/** dpkg's own database, which dev images have. */
const DPKG_STATUS = '/var/lib/dpkg/status';

interface DpkgStatus {
  readonly packages: readonly (InstalledPackage & { readonly status: string })[];
  readonly problems: readonly string[];
}

export function readDpkgStatus(root: RootFilesystem): DpkgStatus {
  const content = root.entries.get(DPKG_STATUS)?.content;
  if (content === undefined) {
    return { packages: [], problems: [`${DPKG_STATUS} is missing`] };
  }
  const stanzas = readStanzas(content, DPKG_STATUS);
  if (stanzas === undefined) {
    return { packages: [], problems: [`${DPKG_STATUS} is not control data`] };
  }
  const packages = stanzas.map((stanza) => ({ ...toInstalled(stanza), status: stanza.get('status') ?? '' }));
  return { packages, problems: [] };
}

function statusFiles(root: RootFilesystem): readonly StatusFile[] {
  return folderEntries(root)
    .filter(({ path }) => !path.endsWith(SUMS_SUFFIX))
    .map((entry) => ({ path: entry.path, installed: readStatus(entry) }));
}

function folderEntries(root: RootFilesystem): readonly RootEntry[] {
  return [...root.entries.values()].filter(({ path }) => path.startsWith(`${STATUS_FOLDER}/`));
}

function readStatus(entry: RootEntry): StatusFile['installed'] {
  if (entry.content === undefined) {
    return { reason: `${entry.path} is not a small file` };
  }
  const stanzas = readStanzas(entry.content, entry.path);
  if (stanzas === undefined) {
    return { reason: `${entry.path} is not control data` };
  }
  const [stanza] = stanzas;
  const isComplete = NEEDED_FIELDS.every((field) => stanza?.get(field) !== undefined);
  return stanzas.length === 1 && stanza !== undefined && isComplete
    ? toInstalled(stanza)
    : { reason: `${entry.path} is not one stanza with Package, Version and Architecture` };
}

const NEEDED_FIELDS = ['package', 'version', 'architecture'];

type Stanza = ReturnType<typeof parseDeb822>[number];

function toInstalled(stanza: Stanza): InstalledPackage {
  const [name = '', version = '', architecture = ''] = NEEDED_FIELDS.map((field) => stanza.get(field));
  return { name, version, architecture };
}

function readStanzas(content: Buffer, path: string): readonly Stanza[] | undefined {
  try {
    return parseDeb822(content.toString('utf8'), path);
  } catch (error) {
    if (error instanceof FactoryError) {
      return undefined;
    }
    throw error;
  }
}

/** Scanners find a package by these two files; without them its vulnerabilities stay unseen. */
export const packageDatabase: RootRule = {
  check: 'package-database',
  expected: 'status.d has every locked package with its version and md5sums, and nothing else',
  variants: ['runtime'],
  violations: ({ root, packages }) => {
    const files = statusFiles(root);
    const sums = new Set(
      folderEntries(root)
        .map(({ path }) => path)
        .filter((path) => path.endsWith(SUMS_SUFFIX)),
    );
    const locked = new Map(
      packages.map((item) => [item.name, `${item.name} ${item.version} ${item.architecture}`]),
    );
    const found = new Set(files.map(({ path }) => baseName(path)));
    return [
      ...files.flatMap((file) => fileViolations(file, locked)),
      ...[...locked.keys()].filter((name) => !found.has(name)).map((name) => `${name} is missing`),
      ...[...locked.keys()]
        .filter((name) => !sums.has(`${STATUS_FOLDER}/${name}${SUMS_SUFFIX}`))
        .map((name) => `${name}${SUMS_SUFFIX} is missing`),
      ...[...sums].filter((path) => !locked.has(baseName(path).slice(0, -SUMS_SUFFIX.length))),
    ];
  },
};

function fileViolations(
  { path, installed }: StatusFile,
  locked: ReadonlyMap<string, string>,
): readonly string[] {
  if ('reason' in installed) {
    return [installed.reason];
  }
  const expected = locked.get(baseName(path));
  const got = `${installed.name} ${installed.version} ${installed.architecture}`;
  if (expected === undefined) {
    return [`${path} (${got}) is not locked`];
  }
  return got === expected ? [] : [`${path} says ${got}, not ${expected}`];
}
