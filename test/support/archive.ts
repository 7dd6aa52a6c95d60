import { gzipSync } from 'node:zlib';
import { xz } from '@napi-rs/lzma';
import { createCleartextMessage, generateKey, readPrivateKey, sign, type PrivateKey } from 'openpgp';
import { ARCHIVES, type DebianArchitecture, type DebianArchive } from '../../src/model/index.ts';
import { hexOf, sha256Of } from '../../src/oci/index.ts';
import { buildDeb, type FakeFile } from './archive-deb.ts';

export { flipByte, serveArchive } from './archive-server.ts';
export type { ArchiveServer, Fault } from './archive-server.ts';
export type { FakeEntry, FakeFile } from './archive-deb.ts';

/** A package of the fake archive; only its name has to be given. */
export interface FakePackage {
  readonly name: string;
  /** Default `1.0-1`. */
  readonly version?: string;
  /** Default `any`: one .deb for each architecture of the archive. */
  readonly architecture?: DebianArchitecture | 'all' | 'any';
  /** Further control fields: `{ Depends: 'libc6 (>= 2.41)', Source: 'glibc' }`. */
  readonly fields?: Readonly<Record<string, string>>;
  /** By absolute path. Default: a copyright file. */
  readonly files?: Readonly<Record<string, FakeFile>>;
  /** Further files of control.tar. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** Default `xz`. */
  readonly compression?: 'gz' | 'xz';
  /** Date of the .deb's members and files. Default: thirty days before the archive's `now`. */
  readonly date?: Date;
  /** Default: the first suite. */
  readonly suite?: string;
}

export interface FakeSuite {
  /** Of its Packages files. Default `xz`. */
  readonly compression?: 'gz' | 'xz';
  readonly archive: DebianArchive;
  readonly suite: string;
  /** Default: a day before `now`. */
  readonly date?: Date;
  /** Default: six days after `now`, and none for the first suite, as Debian's stable has none. */
  readonly validUntil?: Date | 'none';
  /** Fields of the Release file to change, or to leave out with `undefined`: `{ Codename: 'sid' }`. */
  readonly fields?: Readonly<Record<string, string | undefined>>;
}

/** An OpenPGP key of a fake archive, ASCII-armoured. */
export interface ArchiveKey {
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface ArchiveOptions {
  readonly packages: readonly FakePackage[];
  /** The tests' time. Default `NOW`. */
  readonly now?: Date;
  /** Default: `trixie`, `trixie-updates` and `trixie-security`, as Debian spreads them over its archives. */
  readonly suites?: readonly FakeSuite[];
  /** Default `amd64` and `arm64`. */
  readonly architectures?: readonly DebianArchitecture[];
  /** Signs the archive. Default: the one key all archives of this process share. */
  readonly key?: ArchiveKey;
}

/** A Debian archive in memory: what a mirror has below its base URL, by path. */
export interface FakeArchive {
  readonly files: Readonly<Record<DebianArchive, Map<string, Uint8Array>>>;
  /** ASCII-armoured public keys that `verifyRelease` is to accept. */
  readonly keys: readonly string[];
  readonly now: Date;
}

/** The time of the fake archive, unless a test says otherwise. */
export const NOW = new Date('2026-11-23T12:00:00Z');

const DAY_MS = 86_400_000;

const DEFAULT_SUITES: readonly FakeSuite[] = [
  { archive: 'debian', suite: 'trixie', validUntil: 'none' },
  { archive: 'debian', suite: 'trixie-updates' },
  { archive: 'debian-security', suite: 'trixie-security' },
];

/**
 * Builds a signed archive: real .debs, Packages and Packages.xz (also by hash) and a clear-signed InRelease
 * for each suite.
 *
 *     const archive = await createArchive({ packages: [{ name: 'hello', fields: { Depends: 'libc6' } }, { name: 'libc6' }] });
 *     await using server = await serveArchive(archive);
 */
export async function createArchive(options: ArchiveOptions): Promise<FakeArchive> {
  const { now = NOW, suites = DEFAULT_SUITES, architectures = ['amd64', 'arm64'], packages } = options;
  const key = options.key ?? (await sharedKey());
  const files = { debian: new Map<string, Uint8Array>(), 'debian-security': new Map<string, Uint8Array>() };
  for (const suite of suites) {
    const own = packages.filter((each) => (each.suite ?? suites[0]?.suite) === suite.suite);
    const stanzas = await addPackages(files[suite.archive], own, { now, architectures });
    await addSuite(files[suite.archive], suite, { now, stanzas, key });
  }
  return { files, keys: [key.publicKey], now };
}

let shared: Promise<ArchiveKey> | undefined;

async function sharedKey(): Promise<ArchiveKey> {
  shared ??= createArchiveKey();
  return shared;
}

/** A new key, made two years before `NOW`. An expiry is counted from there. */
export async function createArchiveKey(
  options: { type?: 'rsa' | 'curve25519'; date?: Date; expiresAfterSeconds?: number } = {},
): Promise<ArchiveKey> {
  return generateKey({
    type: options.type ?? 'curve25519',
    rsaBits: 2048,
    userIDs: [{ name: 'Fake Archive Automatic Signing Key', email: 'ftpmaster@example.org' }],
    date: options.date ?? new Date(NOW.getTime() - 730 * DAY_MS),
    keyExpirationTime: options.expiresAfterSeconds ?? 0,
    subkeys: [{ sign: true }],
    format: 'armored',
  });
}

/** Clear-signs a text as Debian's archive does, with one signature by each key. */
export async function clearsign(text: string, keys: readonly ArchiveKey[], date: Date): Promise<Uint8Array> {
  const signingKeys: PrivateKey[] = [];
  for (const { privateKey } of keys) {
    signingKeys.push(await readPrivateKey({ armoredKey: privateKey }));
  }
  const signed = await sign({ message: await createCleartextMessage({ text }), signingKeys, date });
  return Buffer.from(signed.replaceAll('\r\n', '\n'));
}

/** Stanzas of the Packages file of each architecture. */
type Stanzas = ReadonlyMap<DebianArchitecture, readonly string[]>;

async function addPackages(
  files: Map<string, Uint8Array>,
  packages: readonly FakePackage[],
  { now, architectures }: { now: Date; architectures: readonly DebianArchitecture[] },
): Promise<Stanzas> {
  const stanzas = new Map(architectures.map((architecture) => [architecture, [] as string[]]));
  for (const fake of packages) {
    const wanted = fake.architecture ?? 'any';
    for (const architecture of wanted === 'any' ? architectures : [wanted]) {
      const control = controlOf(fake, architecture);
      const path = poolPath(fake, architecture);
      const bytes = await debOf(fake, control, new Date(now.getTime() - 30 * DAY_MS));
      files.set(path, bytes);
      const stanza = `${control}Filename: ${path}\nSize: ${bytes.length}\nSHA256: ${hexOf(sha256Of(bytes))}\n`;
      for (const listed of architecture === 'all' ? architectures : [architecture]) {
        stanzas.get(listed)?.push(stanza);
      }
    }
  }
  return stanzas;
}

function controlOf({ name, version = '1.0-1', fields = {} }: FakePackage, architecture: string): string {
  const all = {
    Package: name,
    Version: version,
    Architecture: architecture,
    Maintainer: 'Fake Maintainers <maintainers@example.org>',
    Priority: 'optional',
    Description: `fake package ${name}`,
    ...fields,
  };
  return Object.entries(all)
    .map(([field, value]) => `${field}: ${value}\n`)
    .join('');
}

function poolPath({ name, version = '1.0-1' }: FakePackage, architecture: string): string {
  const folder = name.startsWith('lib') ? name.slice(0, 4) : name.slice(0, 1);
  return `pool/main/${folder}/${name}/${name}_${version.replace(/^\d+:/, '')}_${architecture}.deb`;
}

async function debOf(fake: FakePackage, control: string, defaultDate: Date): Promise<Uint8Array> {
  return buildDeb({
    control,
    files: fake.files ?? { [`/usr/share/doc/${fake.name}/copyright`]: 'Public domain.\n' },
    compression: fake.compression ?? 'xz',
    date: fake.date ?? defaultDate,
    ...(fake.scripts === undefined ? {} : { scripts: fake.scripts }),
  });
}

async function addSuite(
  files: Map<string, Uint8Array>,
  suite: FakeSuite,
  { now, stanzas, key }: { now: Date; stanzas: Stanzas; key: ArchiveKey },
): Promise<void> {
  const folder = `dists/${suite.suite}`;
  const listed: string[] = [];
  for (const [architecture, texts] of stanzas) {
    const packages = Buffer.from(texts.join('\n'));
    const compressed =
      suite.compression === 'gz'
        ? { 'Packages.gz': gzipSync(packages) }
        : { 'Packages.xz': await xz.compress(packages) };
    const versions = { Packages: packages, ...compressed };
    for (const [name, bytes] of Object.entries(versions)) {
      const binary = `main/binary-${architecture}`;
      const hex = hexOf(sha256Of(bytes));
      files.set(`${folder}/${binary}/${name}`, bytes);
      files.set(`${folder}/${binary}/by-hash/SHA256/${hex}`, bytes);
      listed.push(`\n ${hex} ${String(bytes.length).padStart(8)} ${binary}/${name}`);
    }
  }
  const date = suite.date ?? new Date(now.getTime() - DAY_MS);
  const text = releaseText(suite, { date, now, architectures: [...stanzas.keys()], sha256: listed.join('') });
  files.set(`${folder}/InRelease`, await clearsign(text, [key], date));
}

function releaseText(
  suite: FakeSuite,
  {
    date,
    now,
    architectures,
    sha256,
  }: { date: Date; now: Date; architectures: readonly string[]; sha256: string },
): string {
  const validUntil = suite.validUntil ?? new Date(now.getTime() + 6 * DAY_MS);
  const fields: Record<string, string | undefined> = {
    Origin: 'Debian',
    Label: suite.archive === ARCHIVES[0] ? 'Debian' : 'Debian-Security',
    Suite: suite.suite.replace(/^[a-z]+/, 'stable'),
    Codename: suite.suite,
    Date: debianDate(date),
    'Valid-Until': validUntil === 'none' ? undefined : debianDate(validUntil),
    'Acquire-By-Hash': 'yes',
    Architectures: architectures.join(' '),
    Components: 'main',
    SHA256: sha256,
    ...suite.fields,
  };
  const lines = Object.entries(fields).filter(([, value]) => value !== undefined);
  return lines.map(([field, value]) => `${field}: ${value ?? ''}\n`).join('');
}

/** `Sat, 21 Nov 2026 09:15:44 UTC` */
export function debianDate(date: Date): string {
  return date.toUTCString().replace('GMT', 'UTC');
}
