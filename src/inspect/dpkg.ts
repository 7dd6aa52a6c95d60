import { parseDeb822 } from '../debian/index.ts';
import { resolvePath } from '../oci/index.ts';
import type { Entries } from '../oci/index.ts';
import type { InstalledPackage } from './installed.ts';

const STATUS = '/var/lib/dpkg/status';
const STATUS_FOLDER = '/var/lib/dpkg/status.d';
const INFO_FOLDER = '/var/lib/dpkg/info';

/** dpkg's database, and the folder that images without dpkg have in its place (distroless, and ours). */
export function readDpkg(entries: Entries): readonly InstalledPackage[] {
  const folder = [...entries.values()].filter(({ path }) => isStatusFile(path));
  const ofFolder = folder.flatMap(({ path }) =>
    stanzasIn(entries, path).map((stanza) =>
      toPackage(stanza, path, md5sumsFiles(entries, `${path}.md5sums`)),
    ),
  );
  const ofStatus = stanzasIn(entries, STATUS)
    .filter((stanza) => (stanza.get('status') ?? '').endsWith(' installed'))
    .map((stanza) => {
      const list = listFile(entries, stanza);
      return toPackage(stanza, list ?? STATUS, list === undefined ? [] : listedFiles(entries, list));
    });
  return [...ofFolder, ...ofStatus].filter(({ name, version }) => name !== '' && version !== '');
}

function isStatusFile(path: string): boolean {
  return path.startsWith(`${STATUS_FOLDER}/`) && !path.endsWith('.md5sums');
}

type Stanza = ReturnType<typeof parseDeb822>[number];

function stanzasIn(entries: Entries, path: string): readonly Stanza[] {
  const text = textOf(entries, path);
  return text === undefined ? [] : parseDeb822(text, `"${path}"`);
}

function toPackage(stanza: Stanza, recordedIn: string, files: readonly string[]): InstalledPackage {
  const name = stanza.get('package') ?? '';
  const version = stanza.get('version') ?? '';
  return {
    kind: 'deb',
    name,
    version,
    architecture: stanza.get('architecture') ?? '',
    source: sourceOf(stanza.get('source'), { name, version }),
    files,
    recordedIn,
  };
}

/** Policy 5.6.1: `openssl (3.5.4-1)`; the version stands there where it is not the package's own. */
function sourceOf(
  field: string | undefined,
  own: { readonly name: string; readonly version: string },
): InstalledPackage['source'] {
  const [, name = own.name, version = own.version] = /^(\S+)(?:\s+\(([^)]+)\))?$/.exec(field ?? '') ?? [];
  return { name, version };
}

/** Packages that may be installed for several architectures at once carry theirs in the file's name. */
function listFile(entries: Entries, stanza: Stanza): string | undefined {
  const name = stanza.get('package') ?? '';
  const candidates = [`${name}:${stanza.get('architecture') ?? ''}.list`, `${name}.list`];
  return candidates.map((file) => `${INFO_FOLDER}/${file}`).find((path) => entries.has(path));
}

function listedFiles(entries: Entries, path: string): readonly string[] {
  const lines = (textOf(entries, path) ?? '').split('\n');
  return lines.flatMap((line) => presentPath(entries, line.startsWith('/') ? line : ''));
}

/** dpkg's format: `<md5>  usr/bin/env`. */
function md5sumsFiles(entries: Entries, path: string): readonly string[] {
  const lines = (textOf(entries, path) ?? '').split('\n');
  return lines.flatMap((line) => {
    const file = /^[0-9a-f]{32} [ *](.+)$/.exec(line)?.[1];
    return file === undefined ? [] : presentPath(entries, `/${file}`);
  });
}

/** As the image has it: packages name `/lib/x` where the image has `/lib` as a link to `/usr/lib`. */
function presentPath(entries: Entries, path: string): readonly string[] {
  if (path === '' || path === '/.') {
    return [];
  }
  const found = entries.get(path) ?? resolvePath(entries, path, { followLast: false });
  return found === undefined || found.type === 'directory' ? [] : [found.path];
}

export function textOf(entries: Entries, path: string): string | undefined {
  return entries.get(path)?.content?.toString('utf8');
}
