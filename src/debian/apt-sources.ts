import { ARCHIVES, type DebianArchive } from '../model/index.ts';
import { parseDeb822, type Stanza } from './deb822.ts';

/** A file of apt's configuration, `/etc/apt/sources.list.d/debian.sources`. */
export interface AptSourceFile {
  readonly path: string;
  readonly text: string;
}

/** Where this host gets one of Debian's archives from. */
export interface ArchiveUrl {
  readonly archive: DebianArchive;
  /** Base URL without a slash at its end; `dists/` and `pool/` are below it. */
  readonly url: string;
}

/** apt accepts these for "false" (`StringToBool` in apt-pkg/contrib/strutl.cc). */
const DISABLED = new Set(['no', 'false', 'without', 'off', 'disable', '0']);

/**
 * Base URLs of `debian` and `debian-security` in the order apt reads them, each once.
 * Only http and https count, and only enabled sources of binary packages. An archive is recognised by
 * the last segment of its path, so that company mirrors are found; nothing is trusted because of it.
 */
export function parseAptSources(files: readonly AptSourceFile[]): readonly ArchiveUrl[] {
  const found = new Map<string, ArchiveUrl>();
  for (const file of files) {
    const uris = file.path.endsWith('.sources')
      ? deb822Uris(file)
      : file.text.split('\n').flatMap(oneLineUris);
    for (const uri of uris) {
      const known = recognise(uri);
      if (known !== undefined && !found.has(known.url)) {
        found.set(known.url, known);
      }
    }
  }
  return [...found.values()];
}

/** sources.list(5), "DEB822-STYLE FORMAT". */
function deb822Uris({ path, text }: AptSourceFile): readonly string[] {
  return parseDeb822(text, path)
    .filter((stanza) => isEnabled(stanza) && words(stanza.get('types')).includes('deb'))
    .flatMap((stanza) => words(stanza.get('uris')));
}

function isEnabled(stanza: Stanza): boolean {
  return !DISABLED.has((stanza.get('enabled') ?? 'yes').toLowerCase());
}

/** sources.list(5), "ONE-LINE-STYLE FORMAT": `deb [option=value …] uri suite component…`. */
function oneLineUris(line: string): readonly string[] {
  const uri = /^\s*deb\s+(?:\[[^\]]*\]\s*)?([^\s#[]+)\s+[^\s#]+/.exec(line)?.[1];
  return uri === undefined ? [] : [uri];
}

function recognise(uri: string): ArchiveUrl | undefined {
  const url = uri.replace(/\/+$/, '');
  if (!/^https?:\/\/[^/]+\//i.test(url)) {
    return undefined;
  }
  const last = url.slice(url.lastIndexOf('/') + 1);
  const archive = ARCHIVES.find((name) => name === last);
  return archive === undefined ? undefined : { archive, url };
}

function words(value: string | undefined): readonly string[] {
  return (value ?? '').split(/\s+/).filter((word) => word !== '');
}
