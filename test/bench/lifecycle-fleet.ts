import {
  findUses,
  interned,
  previewRepository,
  retentionPolicy,
  type Ancestry,
  type RunningImage,
} from '../../src/ecr/index.ts';
import type { Sha256 } from '../../src/model/index.ts';
import { NOW_MS, digestOf } from '../support/ecr-images.ts';
import { storedRepository } from '../support/ecr-repository.ts';

// A process of its own, so that its memory is what a fleet takes. Prints one line of JSON.

const TEAMS = 50;
const IMAGES = 60;
const RELEASES = 20;
const CONTAINERS = 10_000;
const OWN_LAYERS = ['app', 'dependencies', 'configuration', 'assets'].map(digestOf);
const RETENTION = { releases: 5, days: 30, untaggedDays: 7 };

/** Two tracks, each released once a week: of an image, in the golden repository and in each team's, the same. */
function repositoryOf(image: number) {
  const tracks = ['22', '24'];
  const releases = Array.from({ length: RELEASES / tracks.length }, (_, at) => ({
    days: (RELEASES / tracks.length - at) * 7,
  }));
  return storedRepository(
    tracks.map((track) => ({ track, releases })),
    `image ${image} `,
  );
}

function layersOf(image: number, platform: Sha256): readonly Sha256[] {
  return [digestOf('base'), digestOf('libraries'), digestOf(`runtime of ${image}`), platform];
}

const startedMs = performance.now();
const ours: readonly Ancestry[] = Array.from({ length: IMAGES }, (_, image) =>
  repositoryOf(image).releases.flatMap(({ index: { children = [] } }) =>
    children.map((digest) => ({ digest, layers: layersOf(image, digest) })),
  ),
).flat();
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
  repository: `team-${Math.floor(at / IMAGES)}/image-${at % IMAGES}`,
  images: repositoryOf(at % IMAGES).images.map((image) => interned(image, known)),
}));

const totals = { repositories: 0, images: 0, going: 0, endangered: 0 };
const now = new Date(NOW_MS);
for (const { repository, images } of fleet) {
  const policy = retentionPolicy({ tracks: ['22', '24'], retention: RETENTION, hasReferrers: false }, now);
  const ecr = { kind: 'unanswered', reason: 'bench' } as const;
  const asked = { repository, images, policy, nowMs: NOW_MS, uses, ecr, isKeeping: true };
  const preview = previewRepository(asked);
  totals.repositories += 1;
  totals.images += images.length;
  totals.going += preview.going.length;
  totals.endangered += preview.kept.length;
}
const seconds = (performance.now() - startedMs) / 1000;
const megabytes = process.resourceUsage().maxRSS / 1000;
console.log(JSON.stringify({ ...totals, seconds, megabytes }));
