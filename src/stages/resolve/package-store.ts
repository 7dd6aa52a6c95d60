import { readDebDate } from '../../debian/index.ts';
import { FactoryError, mapInPool, type LockedPackage, type Sha256 } from '../../model/index.ts';
import { digestOf } from './content-digest.ts';
import type { ResolveHost } from './deps.ts';
import type { Downloads } from './downloads.ts';

/** Debian's largest have some hundred megabytes. What a .deb has to have exactly is for the cache to check. */
const MAX_DEB_BYTES = 1 << 30;

/** The .debs of a run, each fetched once however many images ask for it at the same time. */
export interface PackageStore {
  /** Verified files by digest, from the cache or the mirror. */
  fetch(packages: readonly LockedPackage[]): Promise<ReadonlyMap<Sha256, string>>;
  /** Build dates in seconds; what is not in the cache is fetched. */
  dates(packages: readonly LockedPackage[]): Promise<ReadonlyMap<Sha256, number>>;
}

export type PackageStoreDeps = Pick<ResolveHost, 'http' | 'cache' | 'network' | 'mirrors' | 'signal'> & {
  readonly downloads: Downloads;
};

export function createPackageStore(deps: PackageStoreDeps): PackageStore {
  return new CachedPackages(deps);
}

class CachedPackages implements PackageStore {
  readonly #deps: PackageStoreDeps;
  readonly #flights = new Map<Sha256, Promise<string>>();
  readonly #expected = new Set<Sha256>();
  /** A date belongs to a digest, so it cannot change during the run. */
  readonly #dates = new Map<Sha256, number>();

  constructor(deps: PackageStoreDeps) {
    this.#deps = deps;
  }

  async fetch(packages: readonly LockedPackage[]): Promise<ReadonlyMap<Sha256, string>> {
    const paths = new Map<Sha256, string>();
    const missing: LockedPackage[] = [];
    for (const locked of new Map(packages.map((each) => [each.sha256, each])).values()) {
      const file = await this.#deps.cache.find(digestOf(locked.sha256));
      if (file === undefined) {
        missing.push(locked);
      } else {
        paths.set(locked.sha256, file);
      }
    }
    this.#expect(missing);
    const fetched = await mapInPool(
      this.#deps.network,
      missing,
      async (locked) => [locked.sha256, await this.#flight(locked)] as const,
    );
    return new Map([...paths, ...fetched]);
  }

  async dates(packages: readonly LockedPackage[]): Promise<ReadonlyMap<Sha256, number>> {
    const unknown = packages.filter(({ sha256 }) => !this.#dates.has(sha256));
    await this.fetch(unknown);
    for (const locked of unknown) {
      const digest = digestOf(locked.sha256);
      const date = await readDebDate((range) => this.#deps.cache.readRange(digest, range), locked.path);
      this.#dates.set(locked.sha256, date);
    }
    return this.#dates;
  }

  /** The progress counts a file once, however many images wait for it. */
  #expect(missing: readonly LockedPackage[]): void {
    for (const { sha256, size } of missing.filter((locked) => !this.#expected.has(locked.sha256))) {
      this.#expected.add(sha256);
      this.#deps.downloads.expect(size);
    }
  }

  #flight(locked: LockedPackage): Promise<string> {
    const flying = this.#flights.get(locked.sha256);
    if (flying !== undefined) {
      return flying;
    }
    const flight = this.#land(locked).finally(() => {
      this.#flights.delete(locked.sha256);
      this.#expected.delete(locked.sha256);
    });
    this.#flights.set(locked.sha256, flight);
    return flight;
  }

  /** Another image's flight may have landed since this one found the file missing. */
  async #land(locked: LockedPackage): Promise<string> {
    const landed = await this.#deps.cache.find(digestOf(locked.sha256));
    if (landed === undefined) {
      return this.#download(locked);
    }
    if (this.#expected.has(locked.sha256)) {
      this.#deps.downloads.expect(-locked.size);
    }
    return landed;
  }

  async #download(locked: LockedPackage): Promise<string> {
    const { http, cache, mirrors, downloads, signal } = this.#deps;
    const url = `${mirrors[locked.archive]}/${escapePath(locked.path)}`;
    const answer = await http.stream(url, { maxBytes: MAX_DEB_BYTES, signal });
    if (answer.kind === 'absent') {
      throw new FactoryError(
        'PACKAGE_NOT_FOUND',
        `cannot fetch package "${locked.name}" ${locked.version} (${locked.architecture}): the mirror does not have ${locked.path}`,
        { hint: 'the archive moved on since its index was read: run again' },
      );
    }
    return cache.put(digestOf(locked.sha256), downloads.counted(answer.chunks), {
      what: locked.path,
      maxBytes: locked.size,
    });
  }
}

/** A plus sign in a path is a space to some object stores behind mirrors, so it is escaped as apt does. */
function escapePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
