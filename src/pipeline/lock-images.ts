import {
  FactoryError,
  storageFailure,
  type CatalogEntry,
  type HoldDecision,
  type ImageId,
  type Lock,
  type Relocked,
} from '../model/index.ts';
import {
  countInputs,
  createChangelogReader,
  isSameLock,
  lockChanges,
  lockFileName,
  parseReviewedLock,
  resolve,
  snapshotPlace,
  type ChangelogReader,
  type OpenArchive,
  type ResolveDeps,
} from '../stages/resolve/index.ts';

/** Where reviewed locks lie. */
export interface LockFiles {
  read(id: ImageId): Promise<string | undefined>;
  write(id: ImageId, lock: Lock): Promise<void>;
}

export interface LockImagesDeps {
  readonly resolve: ResolveDeps;
  readonly archive: OpenArchive;
  readonly files: LockFiles;
  /** Packages of an image that stay at a version. */
  readonly holds: (entry: CatalogEntry) => readonly HoldDecision[];
}

/** Locks images anew. One that cannot be locked keeps its old lock, and does not stop the others. */
export async function lockImages(
  entries: readonly CatalogEntry[],
  deps: LockImagesDeps,
): Promise<readonly Relocked[]> {
  const changelogs = createChangelogReader(deps.resolve);
  const relocked: Relocked[] = [];
  for (const entry of entries) {
    relocked.push(await lockOrFail(entry, deps, changelogs));
  }
  return relocked;
}

async function lockOrFail(
  entry: CatalogEntry,
  deps: LockImagesDeps,
  changelogs: ChangelogReader,
): Promise<Relocked> {
  try {
    return await lockImage(entry, deps, changelogs);
  } catch (met) {
    const error = storageFailure(met) ?? met;
    if (!(error instanceof FactoryError) || deps.resolve.signal.aborted) {
      throw met;
    }
    return { kind: 'failed', id: entry.id, error };
  }
}

async function lockImage(
  entry: CatalogEntry,
  { resolve: host, archive, files, holds }: LockImagesDeps,
  changelogs: ChangelogReader,
): Promise<Relocked> {
  const { id } = entry;
  const before = readOld(await files.read(id), id, host);
  // as for a release: what says when an image was made never goes back
  const previous = before === undefined ? {} : { previousEpoch: before.epoch };
  // what was reviewed has the version that the archive dropped since
  const held = {
    decisions: holds(entry),
    previous: () => Promise.resolve(before),
    ...(before === undefined ? {} : { copies: [snapshotPlace(before.suites, host)] }),
  };
  const { lock, notices = [] } = await resolve({ entry, archive, held, ...previous }, host);
  const locked = { id, file: lockFileName(id), notices };
  if (before !== undefined && isSameLock(before, lock)) {
    return { kind: 'unchanged', ...locked };
  }
  const { version } = lock;
  const cves = before === undefined ? new Map<string, never>() : await changelogs.fixedCves(before, lock);
  await files.write(id, lock);
  if (before === undefined) {
    return { kind: 'new', ...locked, version, inputs: countInputs(lock) };
  }
  const changes = lockChanges(before, lock).map((change) => ({
    ...change,
    cves: change.kind === 'package' ? (cves.get(change.name) ?? []) : [],
  }));
  return { kind: 'changed', ...locked, version, platforms: entry.platforms, changes };
}

/** One that cannot be read is replaced: this is the command that the error about it names. */
function readOld(text: string | undefined, id: ImageId, { emit }: ResolveDeps): Lock | undefined {
  try {
    return text === undefined ? undefined : parseReviewedLock(text, id);
  } catch (error) {
    if (!(error instanceof FactoryError)) {
      throw error;
    }
    emit({ kind: 'notice', level: 'warn', message: `${error.message}; replacing it` });
    return undefined;
  }
}
