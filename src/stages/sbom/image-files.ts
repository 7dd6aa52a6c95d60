import { matchesGlob } from 'node:path/posix';
import { packageOfSums, parseDeb822, parseMd5sums, type PackageSum } from '../../debian/index.ts';
import type { ArtifactRequest } from '../../model/index.ts';
import { resolvePath } from '../../oci/index.ts';
import type { RootEntry, RootFilesystem } from '../../oci/index.ts';

/** A regular file of the image. */
export interface SbomFile {
  readonly path: string;
  /** In hexadecimal. */
  readonly sha1: string;
  readonly sha256: string;
}

/** The image's files by who brought them, each once; sorted by path. */
export interface OwnedFiles {
  readonly packages: ReadonlyMap<string, readonly SbomFile[]>;
  readonly artifacts: ReadonlyMap<string, readonly SbomFile[]>;
  /** Made when the image was built, or changed since: configuration, accounts, the package database, caches. */
  readonly image: readonly SbomFile[];
}

const DPKG_STATUS = '/var/lib/dpkg/status';

/** A file is its package's where it is there with the bytes that the package database says. */
export function ownedFiles(root: RootFilesystem, requests: readonly ArtifactRequest[]): OwnedFiles {
  const owners = packageOwners(root);
  const packages = new Map<string, SbomFile[]>();
  const artifacts = new Map<string, SbomFile[]>();
  const image: SbomFile[] = [];
  for (const entry of root.entries.values()) {
    if (entry.type !== 'file' || entry.digests === undefined) {
      continue;
    }
    const owner = owners.get(entry.path);
    const release = owner === undefined ? requests.find((request) => isKept(entry.path, request)) : undefined;
    const files = listOf(packages, owner) ?? listOf(artifacts, release?.name) ?? image;
    files.push({ path: entry.path, sha1: entry.digests.sha1, sha256: entry.digests.sha256 });
  }
  return { packages, artifacts, image };
}

function listOf(lists: Map<string, SbomFile[]>, name: string | undefined): SbomFile[] | undefined {
  if (name === undefined) {
    return undefined;
  }
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}

function packageOwners(root: RootFilesystem): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { name, sums } of [...listedFiles(root), ...configurationFiles(root)]) {
    for (const { path, md5 } of sums) {
      const entry = fileAt(root, path);
      if (entry !== undefined && entry.digests?.md5 === md5) {
        owners.set(entry.path, name);
      }
    }
  }
  return owners;
}

/** Most files are where their package says; the others are behind links, as `/lib` is one. */
function fileAt({ entries }: RootFilesystem, path: string): RootEntry | undefined {
  const entry = entries.get(path);
  return entry?.type === 'file' ? entry : resolvePath(entries, path);
}

interface PackageSums {
  readonly name: string;
  readonly sums: readonly PackageSum[];
}

function listedFiles(root: RootFilesystem): readonly PackageSums[] {
  return [...root.entries.values()].flatMap((entry) => {
    const name = packageOfSums(entry.path);
    return name === undefined ? [] : [{ name, sums: parseMd5sums(textOf(entry)) }];
  });
}

/** They are not in md5sums, but in dpkg's own status: `/etc/x 0123…`, a line each. */
function configurationFiles(root: RootFilesystem): readonly PackageSums[] {
  const status = root.entries.get(DPKG_STATUS);
  return parseDeb822(textOf(status), DPKG_STATUS).map((stanza) => ({
    name: stanza.get('package') ?? '',
    sums: (stanza.get('conffiles') ?? '').split('\n').flatMap((line) => {
      const [path, md5] = line.split(' ');
      return path === undefined || md5 === undefined ? [] : [{ path, md5 }];
    }),
  }));
}

function textOf(entry: RootEntry | undefined): string {
  return entry?.content?.toString('utf8') ?? '';
}

/** As tar takes it: a pattern that names a folder takes all in it. */
function isKept(path: string, { into, keep }: ArtifactRequest): boolean {
  if (!path.startsWith(`${into}/`)) {
    return false;
  }
  const parts = path.slice(into.length + 1).split('/');
  const leading = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  return leading.some((part) => keep.some((pattern) => matchesGlob(part, pattern)));
}
