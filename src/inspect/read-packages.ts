import { FactoryError } from '../model/index.ts';
import type { Entries } from '../oci/index.ts';
import { readApk } from './apk.ts';
import { readDpkg } from './dpkg.ts';
import type { InstalledPackage, InstalledPackages } from './installed.ts';

/** rpm's, in all the places and formats it has had. */
const RPM_FOLDERS = ['/var/lib/rpm', '/usr/lib/sysimage/rpm', '/usr/share/rpm'];
const RPM_FILES = ['rpmdb.sqlite', 'Packages.db', 'Packages'];

/** What the package databases of an image say. One that is not read is named, so that nobody takes the list for whole. */
export function readPackages(entries: Entries): InstalledPackages {
  const read = [attempt('dpkg', () => readDpkg(entries)), attempt('apk', () => readApk(entries))];
  const packages = read.flatMap((each) => each.packages);
  const sorted = packages.toSorted((a, b) => compareText(keyOf(a), keyOf(b)));
  const unique = new Map(sorted.map((each) => [`${keyOf(each)} ${each.version}`, each]));
  const notRead = [...read.flatMap((each) => each.notRead), ...rpmDatabases(entries)];
  return { packages: [...unique.values()], notRead };
}

function attempt(name: string, read: () => readonly InstalledPackage[]): InstalledPackages {
  try {
    return { packages: read(), notRead: [] };
  } catch (error) {
    if (!(error instanceof FactoryError)) {
      throw error;
    }
    return { packages: [], notRead: [`${name} database: ${error.message}`] };
  }
}

function keyOf({ name, architecture, kind }: InstalledPackage): string {
  return `${name} ${architecture} ${kind}`;
}

function rpmDatabases(entries: Entries): readonly string[] {
  return RPM_FOLDERS.flatMap((folder) => RPM_FILES.map((file) => `${folder}/${file}`))
    .filter((path) => entries.get(path)?.type === 'file')
    .map((path) => `rpm database ${path}`);
}

/** Files that the databases of `readPackages` and `changelogIn` are read from; nothing else needs to be kept of an image. */
export function isInspected(path: string): boolean {
  return (
    /^\/var\/lib\/dpkg\/(?:status$|status\.d\/|info\/[^/]+\.list$)/.test(path) ||
    /^\/(?:usr\/)?lib\/apk\/db\/installed$/.test(path) ||
    /^\/usr\/share\/doc\/[^/]+\/changelog(?:\.Debian)?\.gz$/.test(path) ||
    /^\/(?:etc|usr\/lib)\/os-release$/.test(path)
  );
}

export function compareText(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
