import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../model/index.ts';
import type { NetworkFault } from '../model/index.ts';
import { isLoopback } from '../oci/index.ts';
import { basicAuthorization, portOf } from './http-messages.ts';
import { parseNetrc, type NetrcDialect, type NetrcEntry } from './netrc.ts';

/** What the files of this machine say about one URL. */
export type FoundCredentials =
  | { readonly kind: 'known'; readonly authorization: string; readonly file: string }
  /** There are some, but everybody on the way would read them. */
  | { readonly kind: 'withheld'; readonly file: string }
  | { readonly kind: 'unknown' };

/** User names and passwords of servers. Registries of images and of npm have their own. */
export interface HttpCredentials {
  find(url: URL): FoundCredentials;
  /** Where they are looked for, for messages. */
  readonly places: readonly string[];
}

export interface CredentialPlaces {
  /** The host's root folder, `/`. */
  readonly root: string;
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
}

interface CredentialFile {
  readonly file: string;
  readonly dialect: NetrcDialect;
  readonly entries: readonly NetrcEntry[];
}

export const NO_CREDENTIALS: HttpCredentials = { find: () => ({ kind: 'unknown' }), places: [] };

/** apt's auth.conf, then its parts by name (apt_auth.conf(5)), then netrc: the first entry that fits counts. */
export async function readHttpCredentials(places: CredentialPlaces): Promise<HttpCredentials> {
  const apt = path.join(places.root, 'etc/apt');
  const parts = await readdir(path.join(apt, 'auth.conf.d')).catch(() => []);
  const names = parts.filter((name) => name.endsWith('.conf')).sort();
  const aptFiles = ['auth.conf', ...names.map((name) => `auth.conf.d/${name}`)];
  const netrc = places.environment['NETRC'] || path.join(places.home, '.netrc');
  const wanted = [
    ...aptFiles.map((name) => ({ file: path.join(apt, name), dialect: 'apt' as const })),
    { file: netrc, dialect: 'netrc' as const },
  ];
  const files: CredentialFile[] = [];
  const told: string[] = [];
  for (const { file, dialect } of wanted) {
    const { text, state } = await readText(file);
    files.push({ file, dialect, entries: parseNetrc(text, dialect) });
    told.push(`"${file}"${state}`);
  }
  return { find: (url) => find(url, files), places: told };
}

/** What cannot be read may not be needed: whoever is refused hears of it. */
async function readText(file: string): Promise<{ readonly text: string; readonly state: string }> {
  try {
    return { text: await readFile(file, 'utf8'), state: '' };
  } catch (error) {
    const code = errorCode(error);
    return { text: '', state: code === 'ENOENT' ? ' (not there)' : ` (cannot be read: ${code})` };
  }
}

function find(url: URL, files: readonly CredentialFile[]): FoundCredentials {
  let withheldIn: string | undefined;
  for (const { file, dialect, entries } of files) {
    for (const entry of entries) {
      const fit = dialect === 'apt' ? fitsApt(entry, url) : fitsNetrc(entry, url);
      if (fit === 'yes') {
        return { kind: 'known', authorization: basicAuthorization(entry.login, entry.password), file };
      }
      withheldIn ??= fit === 'not in plain http' ? file : undefined;
    }
  }
  return withheldIn === undefined ? { kind: 'unknown' } : { kind: 'withheld', file: withheldIn };
}

type Fit = 'yes' | 'no' | 'not in plain http';

/** netrc knows no schemes. curl would send a password in the clear; we do so within this machine only. */
function fitsNetrc({ machine }: NetrcEntry, url: URL): Fit {
  if (machine !== undefined && machine.toLowerCase() !== url.hostname) {
    return 'no';
  }
  return url.protocol === 'https:' || isLoopback(url.host) ? 'yes' : 'not in plain http';
}

/** apt_auth.conf(5): the path is a prefix, and without a protocol https is meant. */
function fitsApt({ machine = '' }: NetrcEntry, url: URL): Fit {
  const { protocol, host, port, prefix } = parseAptMachine(machine);
  const isThere = host === url.hostname && (port === '' || port === portOf(url));
  if (!isThere || !url.pathname.startsWith(prefix) || (protocol !== '' && protocol !== url.protocol)) {
    return 'no';
  }
  return protocol !== '' || url.protocol === 'https:' ? 'yes' : 'not in plain http';
}

/** `[protocol://]hostname[:port][/path]` */
function parseAptMachine(machine: string): Readonly<Record<'protocol' | 'host' | 'port' | 'prefix', string>> {
  const [, protocol = '', host = '', port = '', prefix = ''] =
    /^(?:([a-z][a-z0-9+.-]*:)\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/i.exec(machine) ?? [];
  return { protocol: protocol.toLowerCase(), host: host.toLowerCase(), port, prefix };
}

/** A server's 401 or 403. */
export interface Refusal {
  readonly status: number;
  readonly url: URL;
  readonly sent: FoundCredentials | { readonly kind: 'in-url' };
  readonly places: readonly string[];
}

/** Which credentials were refused, and where others would be read from. */
export function refusalFault({ status, url, sent, places }: Refusal): NetworkFault {
  const answered = `the server answered ${status}`;
  switch (sent.kind) {
    case 'in-url':
      return { reason: `${answered} to the user name and password in the URL`, hint: 'correct them there' };
    case 'known':
      return {
        reason: `${answered} to the user name and password of "${sent.file}"`,
        hint: `correct the entry for "${url.hostname}" in that file`,
      };
    case 'withheld':
      return {
        reason: `${answered}, and the password in "${sent.file}" is not sent over plain http`,
        hint: `use https, or name the scheme in apt's auth.conf: machine http://${url.host}`,
      };
    case 'unknown':
      return {
        reason: `${answered}, and no user name and password are known for "${url.host}"`,
        hint: `write "machine ${url.hostname} login USER password PASSWORD" into apt's auth.conf or netrc; read were: ${places.join(', ')}`,
      };
  }
}
