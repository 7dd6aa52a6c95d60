import { isDebianArchive, type LockedSuite } from '../../model/index.ts';
import type { InputPlace, StoreInput } from './input-places.ts';
import type { ResolveHost } from './deps.ts';
import { findArchive } from './signed-archive.ts';

/** Debian's largest have some hundred megabytes. What a .deb has to have exactly is for the cache to check. */
const MAX_DEB_BYTES = 1 << 30;

const DAY_MS = 86_400_000;

type Http = Pick<ResolveHost, 'http' | 'signal'>;

/** The archive as it is now. */
export function mirrorPlace(host: Http & Pick<ResolveHost, 'mirrors' | 'repositories'>): InputPlace {
  return {
    name: 'the mirror',
    fetch: async ({ locked }, store) => {
      const url = locked === undefined ? undefined : findArchive(locked.archive, host);
      return locked === undefined || url === undefined
        ? undefined
        : fetchDeb(`${url}/${escapePath(locked.path)}`, store, host);
    },
  };
}

/**
 * snapshot.debian.org, or what speaks its paths (https://snapshot.debian.org, "Machine-usable interface"): the pool
 * as it was at a time; it redirects to the nearest state before that time. A state is recorded some hours after the
 * archive's Release was dated, so a file new in that Release is in the state of the day after. It has Debian alone.
 */
export function snapshotPlace(
  suites: readonly LockedSuite[],
  { snapshot, ...http }: Http & Pick<ResolveHost, 'snapshot'>,
): InputPlace {
  return {
    name: snapshot,
    fetch: async ({ locked }, store) => {
      if (locked === undefined || !isDebianArchive(locked.archive)) {
        return undefined;
      }
      const suite = suites.find(
        ({ archive, suite: name }) => archive === locked.archive && name === locked.suite,
      );
      if (suite === undefined) {
        return undefined;
      }
      const date = Date.parse(suite.date);
      for (const instant of [date, date + DAY_MS]) {
        const place = `${snapshot}/archive/${locked.archive}/${timestamp(instant)}`;
        const file = await fetchDeb(`${place}/${escapePath(locked.path)}`, store, http);
        if (file !== undefined) {
          return file;
        }
      }
      return undefined;
    },
  };
}

async function fetchDeb(url: string, store: StoreInput, { http, signal }: Http): Promise<string | undefined> {
  const answer = await http.stream(url, { maxBytes: MAX_DEB_BYTES, signal });
  return answer.kind === 'absent' ? undefined : store(answer.chunks);
}

/** `20261121T005303Z`, ISO 8601 basic format. */
function timestamp(instantMs: number): string {
  return `${new Date(instantMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** A plus sign in a path is a space to some object stores behind mirrors, so it is escaped as apt does. */
function escapePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
