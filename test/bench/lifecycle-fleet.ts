import {
  findUses,
  interned,
  previewRepository,
  retentionPolicy,
  type Ancestry,
  type EcrImage,
  type RunningImage,
} from '../../src/ecr/index.ts';
import type { Sha256 } from '../../src/model/index.ts';
import { NOW_MS, digestOf } from '../support/ecr-images.ts';
import { storedRepository } from '../support/ecr-repository.ts';
import { imageName, planFleet, TRACKS } from './fleet-registry.ts';

// A process of its own, so that its memory is what a fleet takes. Prints one line of JSON.

const TEAMS = 50;
const IMAGES = 60;
const RELEASES = 20;
const CONTAINERS = 10_000;
const OWN_LAYERS = ['app', 'dependencies', 'configuration', 'assets'].map(digestOf);
const RETENTION = { releases: 5, days: 30, untaggedDays: 7 };
const now = new Date(NOW_MS);

/** Two tracks, each released once a week: of an image, in the golden repository and in each team's, the same. */
function repositoryOf(image: number) {
  const releases = Array.from({ length: RELEASES / TRACKS.length }, (_, at) => ({
    days: (RELEASES / TRACKS.length - at) * 7,
  }));
  return storedRepository(
    TRACKS.map((track) => ({ track, releases })),
    `image ${image} `,
  );
}

function layersOf(image: number, platform: Sha256): readonly Sha256[] {
  return [digestOf('base'), digestOf('libraries'), digestOf(`runtime of ${image}`), platform];
}

/** What ECR would answer of an image's repositories, as text: each namespace gets strings of its own. */
const stored = Array.from({ length: IMAGES }, (_, image) => repositoryOf(image));
const answers = stored.map(({ images }) => JSON.stringify(images));

const startedMs = performance.now();
const plan = await planFleet({ teams: TEAMS, images: IMAGES }, now);
const plannedMs = performance.now();
const ours: readonly Ancestry[] = stored.flatMap(({ releases }, image) =>
  releases.flatMap(({ index: { children = [] } }) =>
    children.map((digest) => ({ digest, layers: layersOf(image, digest) })),
  ),
);
const running: readonly RunningImage[] = Array.from({ length: CONTAINERS }, (_, at) => ({
  digest: digestOf(`app ${at}`),
  where: `production/shop/app-${at} (app)`,
}));
const bases = new Map(running.map(({ digest }, at) => [digest, ours[(at * 7) % ours.length]] as const));
const uses = findUses({
  running,
  ancestryOf: (digest) => [{ digest, layers: [...(bases.get(digest)?.layers ?? []), ...OWN_LAYERS] }],
  ours,
});

// all are read before the first is previewed, as the command does
const known = new Map<string, string>();
const fleet = Array.from({ length: (TEAMS + 1) * IMAGES }, (_, at) => ({
  repository: `${at < IMAGES ? 'golden' : `team-${Math.floor(at / IMAGES)}`}/${imageName(at % IMAGES)}`,
  images: (JSON.parse(answers[at % IMAGES] ?? '[]') as readonly EcrImage[]).map((image) =>
    interned(image, known),
  ),
}));

const totals = { repositories: 0, images: 0, going: 0, endangered: 0 };
for (const { repository, images } of fleet) {
  const policy = retentionPolicy({ tracks: TRACKS, retention: RETENTION, hasReferrers: false }, now);
  const ecr = { kind: 'unanswered', reason: 'bench' } as const;
  const asked = {
    repository,
    rules: 'wanted' as const,
    images,
    policy,
    nowMs: NOW_MS,
    uses,
    lookedIn: [],
    ecr,
    isKeeping: true,
  };
  const preview = previewRepository(asked);
  totals.repositories += 1;
  totals.images += images.length;
  totals.going += preview.going.length;
  totals.endangered += preview.kept.length;
}
const endedMs = performance.now();
const changed = plan.resources.filter(({ action }) => action === 'change').length;
const planSeconds = (plannedMs - startedMs) / 1000;
const megabytes = process.resourceUsage().maxRSS / 1000;
console.log(
  JSON.stringify({ ...totals, changed, planSeconds, seconds: (endedMs - startedMs) / 1000, megabytes }),
);
