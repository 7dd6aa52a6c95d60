import pLimit from 'p-limit';
import {
  desiredRegistry,
  planRegistry,
  readRegistry,
  wholeOf,
  type DesiredRegistry,
} from '../../src/ecr/index.ts';
import type { Catalog, EcrPlan, EcrTarget, Tag } from '../../src/model/index.ts';
import { SETTINGS, team } from '../support/ecr-catalog.ts';
import { keptPolicy } from '../support/ecr-answers.ts';
import { entryOf } from '../support/runs.ts';

export const TRACKS = ['22', '24'] as const;
const MONTH_MS = 31 * 24 * 60 * 60 * 1000;

export interface FleetSize {
  readonly teams: number;
  readonly images: number;
}

export function imageName(image: number): string {
  return `image-${image}`;
}

/** Every team has every image, in both tracks. */
function fleetCatalog({ teams, images }: FleetSize): Pick<Catalog, 'entries' | 'teams'> {
  const names = Array.from({ length: images }, (_, image) => imageName(image));
  return {
    entries: names.flatMap((name) => TRACKS.map((track) => entryOf(name, track as Tag))),
    teams: Array.from({ length: teams }, (_, at) => ({
      ...team(`team-${at + 1}`, { principals: [`arn:aws:iam::111122223333:role/team-${at + 1}`] }),
      images: names.map((name) => ({ name })),
    })),
  };
}

function fleetTarget(): EcrTarget {
  const registry = `${SETTINGS.account}.dkr.ecr.${SETTINGS.region}.amazonaws.com`;
  return { name: 'production', kind: 'registry', registry, prefix: SETTINGS.prefix, ecr: SETTINGS };
}

/**
 * Compares a registry that was right a month ago with what its catalog wants now: all lifecycle policies differ. What is
 * read comes as texts, as ECR answers.
 */
export async function planFleet(size: FleetSize, now: Date): Promise<EcrPlan> {
  const catalog = fleetCatalog(size);
  const target = fleetTarget();
  const stored = desiredRegistry(catalog, target, new Date(now.getTime() - MONTH_MS));
  const desired = desiredRegistry(catalog, target, now);
  const request = { account: desired.account, ...wholeOf(desired.repositories.keys()) };
  const actual = await readRegistry(request, { registry: answering(stored), pool: pLimit(8) });
  return planRegistry(target.name, desired, actual);
}

function answering({
  account,
  region,
  settings,
  repositories,
}: DesiredRegistry): Parameters<typeof readRegistry>[1]['registry'] {
  const arn = (name: string) => `arn:aws:ecr:${region}:${account}:repository/${name}`;
  const texts = new Map(
    [...repositories].map(([name, { policy, lifecycle }]) => [
      name,
      { policy: keptPolicy(JSON.stringify(policy)), lifecycle: JSON.stringify(lifecycle) },
    ]),
  );
  const { scanning = SETTINGS.scanning } = settings;
  return {
    listRepositories: () =>
      Promise.resolve(
        [...repositories].flatMap(([name, { encryption, mutability }]) =>
          encryption === undefined || mutability === undefined
            ? []
            : [{ name, arn: arn(name), encryption, mutability }],
        ),
      ),
    tags: (asked) => Promise.resolve(repositories.get(asked.replace(/^.*:repository\//, ''))?.tags ?? {}),
    policy: (name) => Promise.resolve(texts.get(name)?.policy),
    lifecycle: (name) => Promise.resolve(texts.get(name)?.lifecycle),
    scanning: () => Promise.resolve({ account, scanning }),
    blobMounting: () => Promise.resolve(true),
  };
}
