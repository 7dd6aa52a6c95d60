import { FactoryError, type Catalog, type CatalogEntry, type EcrTarget } from '../model/index.ts';
import { parseTag, type RegistryPool } from '../oci/index.ts';
import {
  findUses,
  lifecyclePolicyText,
  previewRepository,
  readAncestries,
  readImages,
  readPlatforms,
  retentionPolicy,
  retentionsOf,
  type Ancestry,
  type EcrAnswer,
  type EcrImage,
  type RepositoryPreview,
  type RepositoryRetention,
  type RunningImage,
  type Uses,
} from '../ecr/index.ts';
import type { CommandContext } from './context.ts';
import type { LifecycleAccess } from './open-lifecycle.ts';

export interface PreviewRequest {
  readonly catalog: Pick<Catalog, 'entries' | 'teams'>;
  /** Those whose repositories are looked at. */
  readonly selected: readonly CatalogEntry[];
  readonly target: EcrTarget;
  readonly running: readonly RunningImage[];
  readonly isKeeping: boolean;
}

export interface PreviewDeps extends Pick<CommandContext, 'emit' | 'startedAt'> {
  readonly access: LifecycleAccess;
  /** Requests to ECR. */
  readonly pool: RegistryPool;
}

interface ReadRepository {
  readonly name: string;
  readonly kept: RepositoryRetention;
  readonly images: readonly EcrImage[];
}

/**
 * Every repository of the images asked for, as it would be after its lifecycle rules. With something in use the whole
 * is read before anything is said: what runs may be built on a release of any of them.
 */
export async function previewRepositories(
  request: PreviewRequest,
  deps: PreviewDeps,
): Promise<readonly RepositoryPreview[]> {
  const read = await readRepositories(request, deps);
  const uses = await usesOf(request.running, read, deps);
  const previews = await deps.pool.map(read, async ({ name, kept, images }) => {
    const policy = retentionPolicy(kept, deps.startedAt);
    const ecr = await askEcr(name, lifecyclePolicyText(policy), deps);
    const nowMs = deps.startedAt.getTime();
    const { isKeeping } = request;
    return previewRepository({ repository: name, images, policy, nowMs, uses, ecr, isKeeping });
  });
  await tagKept(previews, deps);
  return previews;
}

async function readRepositories(
  { catalog, selected, target }: PreviewRequest,
  { access, pool, emit }: PreviewDeps,
): Promise<readonly ReadRepository[]> {
  const wanted = new Set(retentionsOf({ entries: selected, teams: catalog.teams }, target).keys());
  // of all tracks, whatever was asked for: each is shielded
  const all = [...retentionsOf(catalog, target)].filter(([name]) => wanted.has(name));
  const known = new Map<string, string>();
  const read = await pool.map(all, async ([name, kept]) => {
    const images = await readImages(name, access.images, known);
    return images === undefined ? name : { name, kept, images };
  });
  const absent = read.filter((each) => typeof each === 'string');
  if (absent.length > 0) {
    const message = `not in the registry yet: ${absent.join(', ')}`;
    emit({ kind: 'notice', level: 'warn', message });
  }
  return read.filter((each) => typeof each !== 'string');
}

async function usesOf(
  running: readonly RunningImage[],
  read: readonly ReadRepository[],
  { access, pool, emit }: PreviewDeps,
): Promise<Uses> {
  if (running.length === 0) {
    return new Map();
  }
  const platforms = await pool.map(read, ({ name, images }) => readPlatforms(name, images, access.images));
  const ours = new Map<string, Ancestry>(platforms.flat().map((each) => [each.digest, each]));
  const there = new Set(read.flatMap(({ images }) => images.map(({ digest }) => digest)));
  const strangers = running.filter(({ digest }) => !there.has(digest));
  const { byDigest, unread } = await readAncestries(strangers, { registry: access.registry, pool });
  for (const { image, reason } of unread) {
    emit({
      kind: 'notice',
      level: 'warn',
      message: `what ${image.where} was built on is not known: ${reason}`,
    });
  }
  return findUses({
    running,
    ancestryOf: (digest) => byDigest.get(digest) ?? [],
    ours: [...ours.values()],
  });
}

/** That ECR does not say is told in its place, and stops nothing: the simulation is there. */
async function askEcr(name: string, policy: string, { access }: PreviewDeps): Promise<EcrAnswer> {
  try {
    return { kind: 'answered', previewed: await access.images.preview(name, policy) };
  } catch (error) {
    if (error instanceof FactoryError && (error.code === 'AWS_FAILED' || error.code === 'AWS_DENIED')) {
      return { kind: 'unanswered', reason: error.message };
    }
    throw error;
  }
}

async function tagKept(previews: readonly RepositoryPreview[], { access, pool }: PreviewDeps): Promise<void> {
  const tags = previews.flatMap(({ repository, kept }) =>
    [...new Map(kept.map(({ keep }) => [keep.tag, keep])).values()].map((keep) => ({ repository, ...keep })),
  );
  await pool.map(tags, ({ repository, digest, tag }) => access.images.tag(repository, digest, parseTag(tag)));
}
