import { readDebDate } from '../../debian/index.ts';
import { mapInPool, type LockedPackage, type Sha256 } from '../../model/index.ts';
import { mirrorPlace } from './archive-places.ts';
import { digestOf } from './content-digest.ts';
import { createDebDates, type DebDates } from './deb-dates.ts';
import type { ResolveHost } from './deps.ts';
import type { Downloads } from './downloads.ts';
import { CACHE, findInput, type FoundInput, type InputPlace } from './input-places.ts';

/** The .debs of a run, each fetched once however many images ask for it at the same time. */
export interface PackageStore {
  /** Verified files by digest, from the cache or the mirror, and else from the places named. */
  fetch(packages: readonly LockedPackage[], search?: InputSearch): Promise<ReadonlyMap<Sha256, string>>;
  /** Build dates in seconds; a package of which it is not known yet is fetched. */
  dates(packages: readonly LockedPackage[]): Promise<ReadonlyMap<Sha256, number>>;
}

/** Where .debs are looked for that are neither in the cache nor at the mirror, and who hears where each was found. */
export interface InputSearch {
  readonly copies?: readonly InputPlace[];
  readonly found?: (place: string) => void;
}

export type PackageStoreDeps = Pick<
  ResolveHost,
  'http' | 'cache' | 'state' | 'network' | 'mirrors' | 'repositories' | 'emit' | 'signal'
> & {
  readonly downloads: Downloads;
};

export function createPackageStore(deps: PackageStoreDeps): PackageStore {
  return new CachedPackages(deps);
}

class CachedPackages implements PackageStore {
  readonly #deps: PackageStoreDeps;
  readonly #flights = new Map<Sha256, Promise<FoundInput>>();
  readonly #expected = new Set<Sha256>();
  readonly #dates: DebDates;

  constructor(deps: PackageStoreDeps) {
    this.#deps = deps;
    this.#dates = createDebDates(deps);
  }

  async fetch(
    packages: readonly LockedPackage[],
    { copies = [], found = () => undefined }: InputSearch = {},
  ): Promise<ReadonlyMap<Sha256, string>> {
    const paths = new Map<Sha256, string>();
    const missing: LockedPackage[] = [];
    for (const locked of new Map(packages.map((each) => [each.sha256, each])).values()) {
      const file = await this.#deps.cache.find(digestOf(locked.sha256));
      if (file === undefined) {
        missing.push(locked);
      } else {
        found(CACHE);
        paths.set(locked.sha256, file);
      }
    }
    this.#expect(missing);
    const fetched = await mapInPool(
      this.#deps.network,
      missing,
      async (locked) => [locked.sha256, await this.#flight(locked, copies)] as const,
    );
    fetched.forEach(([, { place }]) => found(place));
    return new Map([...paths, ...fetched.map(([digest, { file }]) => [digest, file] as const)]);
  }

  async dates(packages: readonly LockedPackage[]): Promise<ReadonlyMap<Sha256, number>> {
    const known = await this.#dates.read();
    const unknown = packages.filter(({ sha256 }) => !known.has(sha256));
    if (unknown.length > 0) {
      await this.fetch(unknown);
      const read = new Map<Sha256, number>();
      for (const locked of unknown) {
        const digest = digestOf(locked.sha256);
        const date = await readDebDate((range) => this.#deps.cache.readRange(digest, range), locked.path);
        read.set(locked.sha256, date);
      }
      await this.#dates.add(read);
    }
    return known;
  }

  /** The progress counts a file once, however many images wait for it. */
  #expect(missing: readonly LockedPackage[]): void {
    for (const { sha256, size } of missing.filter((locked) => !this.#expected.has(locked.sha256))) {
      this.#expected.add(sha256);
      this.#deps.downloads.expect(size);
    }
  }

  #flight(locked: LockedPackage, copies: readonly InputPlace[]): Promise<FoundInput> {
    const flying = this.#flights.get(locked.sha256);
    if (flying !== undefined) {
      return flying;
    }
    const flight = this.#land(locked, copies).finally(() => {
      this.#flights.delete(locked.sha256);
      this.#expected.delete(locked.sha256);
    });
    this.#flights.set(locked.sha256, flight);
    return flight;
  }

  /** Another image's flight may have landed since this one found the file missing. */
  async #land(locked: LockedPackage, copies: readonly InputPlace[]): Promise<FoundInput> {
    const landed = await this.#deps.cache.find(digestOf(locked.sha256));
    if (landed === undefined) {
      return this.#find(locked, copies);
    }
    if (this.#expected.has(locked.sha256)) {
      this.#deps.downloads.expect(-locked.size);
    }
    return { file: landed, place: CACHE };
  }

  /** The first who asks for a file decides in which order the places are asked. */
  #find(locked: LockedPackage, copies: readonly InputPlace[]): Promise<FoundInput> {
    const { name, version, architecture, path, size, sha256 } = locked;
    const wanted = {
      what: `package "${name}" ${version} (${architecture})`,
      file: path,
      digest: digestOf(sha256),
      maxBytes: size,
      locked,
    };
    return findInput(wanted, [mirrorPlace(this.#deps), ...copies], this.#deps);
  }
}
