import { isDeepStrictEqual } from 'node:util';
import { FactoryError, type Catalog, type EcrTarget } from '../model/index.ts';
import { parseTag, type RegistryPool } from '../oci/index.ts';
import {
  assertAccount,
  findUses,
  lifecyclePolicyText,
  parseLifecyclePolicy,
  previewRepository,
  readAncestries,
  readImages,
  readPlatforms,
  retentionPolicy,
  retentionsOf,
  type Ancestry,
  type EcrAnswer,
  type EcrImage,
  type LifecyclePolicy,
  type RepositoryPreview,
  type Uses,
} from '../ecr/index.ts';
import type { CommandContext } from './context.ts';
import type { InUse } from './find-running.ts';
import type { LifecycleAccess } from './open-lifecycle.ts';

export interface PreviewRequest {
  /** Whose registry is meant. */
  readonly account: string;
  /** Of the repositories that are looked at, by name. */
  readonly policies: ReadonlyMap<string, LifecyclePolicy>;
  readonly inUse: InUse;
  readonly isKeeping: boolean;
  /** Whether ECR's own preview stands beside it, and what the rules in force take that these do not. */
  readonly isComparing: boolean;
}

export interface PreviewDeps extends Pick<CommandContext, 'emit' | 'startedAt'> {
  readonly access: LifecycleAccess;
  /** Requests to ECR. */
  readonly pool: RegistryPool;
}

interface ReadRepository {
  readonly name: string;
  readonly policy: LifecyclePolicy;
  /** Absent where it is the same, there is none, or nobody asked. */
  readonly inForce?: LifecyclePolicy;
  readonly images: readonly EcrImage[];
}

/** The rules of today, of the repositories of some images. */
export function policiesOf(
  selected: Pick<Catalog, 'entries' | 'teams'>,
  { catalog, target }: { readonly catalog: Pick<Catalog, 'entries' | 'teams'>; readonly target: EcrTarget },
  { startedAt }: Pick<CommandContext, 'startedAt'>,
): ReadonlyMap<string, LifecyclePolicy> {
  const wanted = retentionsOf(selected, target);
  // of all tracks, whatever was asked for: each is shielded
  const all = [...retentionsOf(catalog, target)].filter(([name]) => wanted.has(name));
  return new Map(all.map(([name, kept]) => [name, retentionPolicy(kept, startedAt)]));
}

/**
 * Every repository as it would be after these rules. With something in use the whole is read before anything is said:
 * what runs may be built on a release of any of them. Credentials of another account are refused before: in its registry
 * nothing that is looked for would be there.
 */
export async function previewRepositories(
  request: PreviewRequest,
  deps: PreviewDeps,
): Promise<readonly RepositoryPreview[]> {
  const { account, isKeeping, isComparing } = request;
  assertAccount((await deps.access.control.scanning()).account, { account });
  const read = await readRepositories(request, deps);
  const { uses, lookedIn } = await usesOf(request.inUse, read, deps);
  const nowMs = deps.startedAt.getTime();
  const previewed = await deps.pool.map(read, async ({ name, policy, inForce, images }) => {
    const input = { repository: name, images, nowMs, uses, lookedIn, isKeeping };
    const ecr = isComparing ? await askEcr(name, lifecyclePolicyText(policy), deps) : NOT_ASKED;
    const wanted = previewRepository({ ...input, rules: 'wanted', policy, ecr });
    const others =
      inForce === undefined
        ? []
        : [previewRepository({ ...input, rules: 'in-force', policy: inForce, ecr: NOT_ASKED })];
    return [wanted, ...others.filter((other) => !takeTheSame(other, wanted))];
  });
  const previews = previewed.flat();
  await tagKept(previews, deps);
  return previews;
}

const NOT_ASKED: EcrAnswer = { kind: 'unanswered', reason: 'it was not asked about these rules' };

/** Rules of another month do, most of the time. */
function takeTheSame(one: RepositoryPreview, other: RepositoryPreview): boolean {
  return isDeepStrictEqual(takenBy(one), takenBy(other));
}

function takenBy({ going, endangered, kept }: RepositoryPreview): readonly ReadonlySet<string>[] {
  return [going, endangered, kept].map((each) => new Set(each.map(({ image }) => image.digest)));
}

async function readRepositories(
  { policies, isComparing }: PreviewRequest,
  { access, pool, emit }: PreviewDeps,
): Promise<readonly ReadRepository[]> {
  const known = new Map<string, string>();
  const read = await pool.map(policies, async ([name, policy]) => {
    const images = await readImages(name, access.images, known);
    if (images === undefined) {
      return name;
    }
    const inForce = isComparing ? await readPolicyInForce(name, access) : undefined;
    const isOther = inForce !== undefined && !isDeepStrictEqual(inForce, policy);
    return { name, policy, images, ...(isOther && { inForce }) };
  });
  const absent = read.filter((each) => typeof each === 'string');
  if (absent.length > 0) {
    const message = `not in the registry yet: ${absent.join(', ')}`;
    emit({ kind: 'notice', level: 'warn', message });
  }
  return read.filter((each) => typeof each !== 'string');
}

async function readPolicyInForce(
  name: string,
  { control }: Pick<LifecycleAccess, 'control'>,
): Promise<LifecyclePolicy | undefined> {
  const text = await control.lifecycle(name);
  const parsed = text === undefined ? undefined : parseLifecyclePolicy(text);
  if (parsed?.kind === 'refused') {
    throw new FactoryError(
      'AWS_FAILED',
      `cannot simulate the lifecycle policy of "${name}" that is in force: ${parsed.problems.join('; ')}`,
      { hint: 'ingot did not write it: `ingot ecr plan` and `apply` replace it' },
    );
  }
  return parsed?.policy;
}

async function usesOf(
  { running, asked, isWhole }: InUse,
  read: readonly ReadRepository[],
  { access, pool, emit }: PreviewDeps,
): Promise<{ readonly uses: Uses; readonly lookedIn: readonly string[] }> {
  if (asked.length === 0) {
    return { uses: new Map(), lookedIn: [] };
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
  const uses = findUses({
    running,
    ancestryOf: (digest) => byDigest.get(digest) ?? [],
    ours: [...ours.values()],
  });
  return { uses, lookedIn: isWhole && unread.length === 0 ? asked : [] };
}

const UNANSWERED: ReadonlySet<string> = new Set(['AWS_FAILED', 'AWS_DENIED', 'AWS_THROTTLED']);

/** That ECR does not say is told in its place, and stops nothing: the simulation is there. */
async function askEcr(name: string, policy: string, { access }: PreviewDeps): Promise<EcrAnswer> {
  try {
    return { kind: 'answered', previewed: await access.images.preview(name, policy) };
  } catch (error) {
    if (error instanceof FactoryError && UNANSWERED.has(error.code)) {
      return { kind: 'unanswered', reason: error.message };
    }
    throw error;
  }
}

async function tagKept(previews: readonly RepositoryPreview[], { access, pool }: PreviewDeps): Promise<void> {
  const tags = new Map(
    previews.flatMap(({ repository, kept }) =>
      kept.map(({ keep }) => [`${repository}:${keep.tag}`, { repository, ...keep }] as const),
    ),
  );
  await pool.map([...tags.values()], ({ repository, digest, tag }) =>
    access.images.tag(repository, digest, parseTag(tag)),
  );
}
