import { changelogBetween, compareVersions, readNews } from '../../debian/index.ts';
import type { Lock, LockedPackage } from '../../model/index.ts';
import { digestOf } from './content-digest.ts';
import type { ResolveDeps } from './deps.ts';
import type { InputPlace } from './input-places.ts';

type Deps = Pick<ResolveDeps, 'cache' | 'packages'>;

/** A package that has a newer version of its source than before. */
interface Upgrade {
  readonly locked: LockedPackage;
  readonly from: string;
}

/** Asked for the same source by one image after the other, it reads each changelog once. */
export interface ChangelogReader {
  /** CVE ids by package name. */
  fixedCves(before: Lock, after: Lock): Promise<ReadonlyMap<string, readonly string[]>>;
}

export function createChangelogReader(deps: Deps): ChangelogReader {
  const texts = new Map<string, Promise<string | undefined>>();
  function textOf(locked: LockedPackage): Promise<string | undefined> {
    const reading = texts.get(locked.sha256) ?? readChangelog(locked, deps);
    texts.set(locked.sha256, reading);
    return reading;
  }
  return {
    fixedCves: async (before, after) => {
      const bySource = Map.groupBy(upgrades(before, after), ({ locked }) => locked.source.name);
      const cves = new Map<string, readonly string[]>();
      for (const ofSource of bySource.values()) {
        const text = (await firstText(ofSource, textOf)) ?? '';
        for (const { locked, from } of ofSource) {
          cves.set(locked.name, changelogBetween(text, from, locked.source.version));
        }
      }
      return cves;
    },
  };
}

/** Packages of one source have the same changelog; a small one is read sooner, and some only link to another's. */
async function firstText(
  upgraded: readonly Pick<Upgrade, 'locked'>[],
  textOf: (locked: LockedPackage) => Promise<string | undefined>,
): Promise<string | undefined> {
  for (const { locked } of upgraded.toSorted((a, b) => a.locked.size - b.locked.size)) {
    const text = await textOf(locked);
    if (text !== undefined) {
      return text;
    }
  }
  return undefined;
}

function upgrades(before: Lock, after: Lock): readonly Upgrade[] {
  const old = new Map(packagesOf(before).map((locked) => [locked.name, locked.source.version]));
  return packagesOf(after).flatMap((locked) => {
    const from = old.get(locked.name);
    return from === undefined || compareVersions(locked.source.version, from) <= 0 ? [] : [{ locked, from }];
  });
}

function packagesOf({ platforms }: Lock): readonly LockedPackage[] {
  return platforms.flatMap(({ layers }) => layers.flatMap(({ packages }) => packages));
}

/**
 * The changelog of one source, from the first of its packages that has it. Copies are asked for what is neither in the
 * cache nor in the archive.
 */
export async function sourceChangelog(
  ofSource: readonly LockedPackage[],
  deps: Deps & { readonly copies?: readonly InputPlace[] },
): Promise<string | undefined> {
  const upgraded = ofSource.map((locked) => ({ locked }));
  return firstText(upgraded, (locked) => readChangelog(locked, deps));
}

async function readChangelog(
  locked: LockedPackage,
  { cache, packages, copies = [] }: Deps & { readonly copies?: readonly InputPlace[] },
): Promise<string | undefined> {
  await packages.fetch([locked], { copies });
  const bytes = await cache.readUnverified(digestOf(locked.sha256));
  const news = bytes === undefined ? undefined : await readNews(bytes, locked.name);
  return news?.changelog.kind === 'text' ? news.changelog.text : undefined;
}
