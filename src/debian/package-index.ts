import { FactoryError } from '../model/index.ts';
import { hexOf } from '../oci/index.ts';
import { parseDeb822, type Stanza } from './deb822.ts';
import { assertExpectedText, type ExpectedFile } from './expected-file.ts';
import { stanzaTextAt, type IndexText } from './index-text.ts';
import { findName } from './name-table.ts';
import { findProviders, scanPackages, type PackagesScan } from './packages-scan.ts';
import type { VerifiedRelease } from './release.ts';

const verified = Symbol('verified');

/** The Packages file of one component and architecture. Only `verifyIndex` makes one. */
export interface VerifiedIndex {
  readonly [verified]: true;
  readonly release: VerifiedRelease;
  /** Below `dists/<suite>/`: `main/binary-amd64/Packages`. */
  readonly path: string;
  /** What a later run need not look for again. */
  readonly scan: PackagesScan;
  /** One stanza per version of the package; none when it has no such package. */
  stanzas(name: string): readonly Stanza[];
  /** Names of the packages that provide a virtual package, in the order of the file. */
  providers(virtual: string): readonly string[];
  /** Names of the essential packages, in the order of the file. */
  essential(): readonly string[];
}

export interface IndexFile extends ExpectedFile {
  /**
   * Where the same content stays while the mirror changes to a newer file; absent where the archive has no
   * such place. Below `dists/<suite>/`, as `path` is.
   */
  readonly byHash?: string;
}

/** What a file of the suite has to be, and where it is: `main/binary-amd64/Packages.xz`. */
export function indexFile(release: VerifiedRelease, path: string): IndexFile {
  const file = release.files.get(path);
  if (file === undefined) {
    throw new FactoryError(
      'INDEX_INVALID',
      `cannot find ${path}: InRelease of ${release.suite} does not name it`,
      { hint: 'the suite may not have this component or architecture' },
    );
  }
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return release.acquireByHash ? { ...file, byHash: `${folder}by-hash/SHA256/${hexOf(file.sha256)}` } : file;
}

/**
 * The second link of the chain of trust. `text` is the uncompressed Packages file, which InRelease names too:
 * a cached copy is thereby checked against the signature itself. Stanzas are parsed when they are asked for.
 */
export function verifyIndex(release: VerifiedRelease, path: string, text: ScannableText): VerifiedIndex {
  assertExpectedText(indexFile(release, path), text);
  const source = `${path} of ${release.suite}`;
  return new ScannedIndex({ release, path, source, text }, text.scan ?? scanPackages(text, source));
}

export interface ScannableText extends IndexText {
  /** What was found in this very text before; without, it is scanned. */
  readonly scan?: PackagesScan | undefined;
}

interface NamedText extends Pick<VerifiedIndex, 'release' | 'path'> {
  /** For messages. */
  readonly source: string;
  readonly text: IndexText;
}

class ScannedIndex implements VerifiedIndex {
  readonly [verified] = true;
  readonly release: VerifiedRelease;
  readonly path: string;
  readonly scan: PackagesScan;
  readonly #text: IndexText;
  readonly #source: string;
  readonly #stanzas = new Map<string, readonly Stanza[]>();
  readonly #providers = new Map<string, readonly string[]>();

  constructor({ release, path, source, text }: NamedText, scan: PackagesScan) {
    this.release = release;
    this.path = path;
    this.scan = scan;
    this.#text = text;
    this.#source = source;
  }

  stanzas(name: string): readonly Stanza[] {
    const stanzas = this.#stanzas.get(name) ?? this.#read(name);
    this.#stanzas.set(name, stanzas);
    return stanzas;
  }

  providers(virtual: string): readonly string[] {
    const providers = this.#providers.get(virtual) ?? findProviders(this.scan.provides, virtual);
    this.#providers.set(virtual, providers);
    return providers;
  }

  essential(): readonly string[] {
    return this.scan.essential;
  }

  #read(name: string): readonly Stanza[] {
    return findName(name, this.scan.names)
      .flatMap((start) => parseDeb822(stanzaTextAt(this.#text, start), this.#source).slice(0, 1))
      .filter((stanza) => stanza.get('package') === name);
  }
}
