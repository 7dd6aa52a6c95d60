import type { Entries } from '../oci/index.ts';
import { textOf } from './dpkg.ts';
import type { InstalledPackage } from './installed.ts';

/** Alpine's, Wolfi's and Chainguard's; the second since apk-tools 3. */
const DATABASES = ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'];

/** apk's installed database (wiki.alpinelinux.org, "Apk spec"): a letter, a colon and a value a line, a blank between packages. */
export function readApk(entries: Entries): readonly InstalledPackage[] {
  return DATABASES.flatMap((path) => {
    const text = textOf(entries, path) ?? '';
    return text
      .split(/\n\n+/)
      .map((record) => toPackage(record, path))
      .filter(({ name }) => name !== '');
  });
}

function toPackage(record: string, database: string): InstalledPackage {
  const fields = new Map<string, string>();
  const files: string[] = [];
  let folder = '';
  for (const line of record.split('\n')) {
    const key = line.slice(0, 1);
    const value = line.slice(2);
    if (key === 'F') {
      folder = value;
    } else if (key === 'R') {
      files.push(`/${folder === '' ? '' : `${folder}/`}${value}`);
    } else {
      fields.set(key, value);
    }
  }
  const name = fields.get('P') ?? '';
  const version = fields.get('V') ?? '';
  return {
    kind: 'apk',
    name,
    version,
    architecture: fields.get('A') ?? '',
    // all packages of one origin are built at once, with one version
    source: { name: fields.get('o') ?? name, version },
    files,
    recordedIn: files[0] ?? database,
  };
}
