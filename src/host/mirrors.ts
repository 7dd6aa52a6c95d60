import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseAptSources, type AptSourceFile } from '../debian/index.ts';
import {
  errorCode,
  FactoryError,
  storageError,
  type Archives,
  type DebianArchive,
  type LastingArchives,
} from '../model/index.ts';

/** Base URL of each archive, without a slash at its end. Any mirror will do: what it serves is verified. */
export type Mirrors = Readonly<Record<DebianArchive, string>>;

export interface MirrorSources {
  /** The host's root folder, `/`. */
  readonly root: string;
  /** What the catalog names. */
  readonly archives: Archives;
  readonly environment: NodeJS.ProcessEnv;
}

/** Debian's own redirector, for hosts without apt. */
const FALLBACK: Mirrors = {
  debian: 'http://ftp.debian.org/debian',
  'debian-security': 'http://ftp.debian.org/debian-security',
};

/** Keeps what the archives had, for good. */
const SNAPSHOT = 'https://snapshot.debian.org';

/** Base URL of the snapshot archive: the catalog's, a company's copy say, else Debian's own. */
export function snapshotUrl({ snapshot = SNAPSHOT }: LastingArchives): string {
  return withoutSlash(snapshot);
}

/** What this run was told comes first; then apt's own sources, which name the company's mirror; then the catalog. */
export async function findMirrors({ root, archives, environment }: MirrorSources): Promise<Mirrors> {
  const apt = parseAptSources(await readAptSources(path.join(root, 'etc/apt')));
  const named = mirrorFromEnvironment(environment);
  const catalog = { debian: archives.debian, 'debian-security': archives.debianSecurity };
  function choose(archive: DebianArchive): string {
    const fromApt = apt.find((source) => source.archive === archive)?.url;
    return withoutSlash(named?.[archive] ?? fromApt ?? catalog[archive] ?? FALLBACK[archive]);
  }
  return { debian: choose('debian'), 'debian-security': choose('debian-security') };
}

/** `INGOT_DEBIAN_MIRROR=https://mirror.example/debian`: the security archive is expected beside it. */
function mirrorFromEnvironment(environment: NodeJS.ProcessEnv): Mirrors | undefined {
  const url = environment['INGOT_DEBIAN_MIRROR'] ?? '';
  if (url === '') {
    return undefined;
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new FactoryError(
      'USAGE',
      'cannot use INGOT_DEBIAN_MIRROR: expected an http or https URL that ends in /debian, got another value',
    );
  }
  const debian = withoutSlash(url);
  return { debian, 'debian-security': `${debian}-security` };
}

/** The files apt reads, in its order: sources.list, then sources.list.d by name (sources.list(5)). */
async function readAptSources(folder: string): Promise<readonly AptSourceFile[]> {
  const parts = await readOptional(path.join(folder, 'sources.list.d'), (directory) => readdir(directory));
  const names = (parts ?? []).filter((name) => /\.(list|sources)$/.test(name)).sort();
  const files: AptSourceFile[] = [];
  for (const name of ['sources.list', ...names.map((part) => `sources.list.d/${part}`)]) {
    const file = path.join(folder, name);
    const text = await readOptional(file, (found) => readFile(found, 'utf8'));
    if (text !== undefined) {
      files.push({ path: file, text });
    }
  }
  return files;
}

async function readOptional<T>(file: string, read: (file: string) => Promise<T>): Promise<T | undefined> {
  try {
    return await read(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw storageError(file, path.dirname(file), error);
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
