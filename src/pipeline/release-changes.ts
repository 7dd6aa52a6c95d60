import {
  changedPackages,
  changelogKey,
  compareContent,
  compareFindings,
  lookAt,
  mergePlatforms,
  ofType,
  readStatements,
  sameSource,
  scannedFindings,
  upstreamIn,
  wantedChangelogs,
  withChangelogs,
  type AttestedStatement,
  type Changelogs,
  type LookedAt,
  type WantedChangelog,
} from '../inspect/index.ts';
import { FactoryError, packagesOn } from '../model/index.ts';
import type {
  BuiltPlatform,
  ContentChanges,
  GatedImage,
  Lock,
  PackageChange,
  ReleaseChanges,
  ReleaseRecord,
} from '../model/index.ts';
import {
  layoutSource,
  PREDICATE_TYPE,
  readLayerBytes,
  readStackedImage,
  registrySource,
  type ReadLayerItems,
  type Statement,
} from '../oci/index.ts';
import { releaseNotes } from '../report/index.ts';
import { registryPlaces, sourceChangelog } from '../stages/resolve/index.ts';
import { parseLockPredicate } from '../stages/sign/index.ts';
import type { RunDeps } from './deps.ts';
import { placesOf } from './plan-image.ts';
import { releasedManifest } from './released-manifest.ts';

/** What was released before, and where. */
interface Previous {
  readonly record: ReleaseRecord;
  readonly repository: string;
  /** Verified ones alone. */
  readonly statements: readonly AttestedStatement[];
}

/**
 * What the image changes against the track's release. Undefined for a first release, and for bytes that are released
 * already. A previous release that cannot be read leaves this one without a changelog, and says so: it stops nothing.
 */
export async function releaseChanges(
  image: GatedImage,
  released: ReleaseRecord | undefined,
  deps: RunDeps,
): Promise<ReleaseChanges | undefined> {
  const { rendered, index } = image.tested.built;
  const { entry } = rendered.locked;
  if (released === undefined || released.digest === index.digest) {
    return undefined;
  }
  try {
    return await changesSince(
      await readPrevious(released, placesOf(entry, deps).repository, deps),
      image,
      deps,
    );
  } catch (error) {
    if (!(error instanceof FactoryError) || deps.signal.aborted) {
      throw error;
    }
    const message = `${entry.id}: no changelog against ${released.tags.unique}: ${error.message}`;
    deps.emit({ kind: 'notice', level: 'warn', message });
    return undefined;
  }
}

async function readPrevious(
  record: ReleaseRecord,
  repository: string,
  { registry, verify }: RunDeps,
): Promise<Previous> {
  const ref = { repository, digest: record.digest };
  const types = [PREDICATE_TYPE.lock, PREDICATE_TYPE.vulnerabilities];
  const statements = await readStatements(ref, { registry, verify }, types);
  return { record, repository, statements: statements.filter(({ verified }) => verified) };
}

async function changesSince(previous: Previous, image: GatedImage, deps: RunDeps): Promise<ReleaseChanges> {
  const { built } = image.tested;
  const compared = [];
  for (const platform of built.platforms) {
    const found = await comparePlatform(previous, { image, platform }, deps);
    compared.push(...(found === undefined ? [] : [found]));
  }
  const packages = mergePlatforms(compared);
  const changelogs = await readChangelogs(packages, { previous, image }, deps);
  return {
    schemaVersion: 1,
    digest: built.index.digest,
    previous: { digest: previous.record.digest, tag: previous.record.tags.unique },
    packages: withChangelogs(packages, changelogs),
    findings: compareFindings(scannedFindings(previous.statements), image.scan.results),
    platforms: compared.map(({ platform, content }) => ({ platform, ...content })),
  };
}

interface ComparedPlatform {
  readonly platform: string;
  readonly packages: readonly PackageChange[];
  readonly content: ContentChanges;
}

/** Undefined for a platform that the previous release does not have. */
async function comparePlatform(
  { record, repository, statements }: Previous,
  { image, platform: built }: { readonly image: GatedImage; readonly platform: BuiltPlatform },
  deps: RunDeps,
): Promise<ComparedPlatform | undefined> {
  const { platform } = built;
  const manifest = await releasedManifest(record, repository, { platform, registry: deps.registry });
  if (manifest === undefined) {
    return undefined;
  }
  const { layoutDir, rendered } = image.tested.built;
  const now = await lookAtBuilt(built, layoutDir, deps);
  const layers = new Set(now.image.layers.map(({ layer }) => layer.digest));
  const source = registrySource(repository, deps.registry);
  const readLayer: ReadLayerItems = (layer) =>
    layers.has(layer.digest)
      ? readBuiltLayer(layoutDir, deps)(layer)
      : source.streamBlob(layer, (chunks) => readLayerBytes(layer, chunks, { signal: deps.signal }));
  const before = lookAt(await readStackedImage(manifest, { source, readLayer, pool: deps.sign.pool }));
  const packages = changedPackages(
    { looked: before, upstream: upstreamIn(lockPredicate(statements), platform) },
    { looked: now, upstream: upstreamIn({ lock: rendered.locked.lock }, platform) },
  );
  return { platform, packages, content: compareContent(before, now) };
}

/** The test stage has read these layers: they are at hand. */
function readBuiltLayer(layoutDir: string, { test, signal }: RunDeps): ReadLayerItems {
  return (layer) => test.readLayer({ layoutDir, layer }, signal);
}

async function lookAtBuilt({ manifest }: BuiltPlatform, layoutDir: string, deps: RunDeps): Promise<LookedAt> {
  const readLayer = readBuiltLayer(layoutDir, deps);
  const source = layoutSource(layoutDir);
  return lookAt(await readStackedImage(manifest, { source, readLayer, pool: deps.sign.pool }));
}

function lockPredicate(statements: readonly AttestedStatement[]): unknown {
  return ofType(statements, PREDICATE_TYPE.lock)[0]?.predicate;
}

interface Locks {
  readonly previous: Previous;
  readonly image: GatedImage;
}

/** From the .debs that the locks name: runtime images have no changelogs. */
async function readChangelogs(
  packages: readonly PackageChange[],
  { previous, image }: Locks,
  deps: RunDeps,
): Promise<Changelogs> {
  const predicate = lockPredicate(previous.statements);
  const locks = {
    before: predicate === undefined ? undefined : parseLockPredicate(predicate).lock,
    after: image.tested.built.rendered.locked.lock,
  };
  const found = new Map<string, string>();
  for (const wanted of wantedChangelogs(packages)) {
    const text = await changelogOf(wanted, locks[wanted.side], { ...deps, repository: previous.repository });
    if (text !== undefined) {
      found.set(changelogKey(wanted), text);
    }
  }
  return found;
}

/** One that is nowhere to be had leaves its package's CVEs unknown, and no more. */
async function changelogOf(
  { packages }: WantedChangelog,
  lock: Lock | undefined,
  { resolve, registry, repository, signal }: RunDeps & { readonly repository: string },
): Promise<string | undefined> {
  const locked = lock?.platforms.flatMap(packagesOn) ?? [];
  const slash = repository.lastIndexOf('/');
  const copies = registryPlaces(repository.slice(0, slash), [repository.slice(slash + 1)], registry);
  try {
    return await sourceChangelog(sameSource(locked, packages), { ...resolve, copies });
  } catch (error) {
    if (!(error instanceof FactoryError) || signal.aborted) {
      throw error;
    }
    return undefined;
  }
}

/** Attested about the new image, so that whoever has it knows what it brought. */
export function changesStatements(changes: ReleaseChanges | undefined): readonly Statement[] {
  return changes === undefined
    ? []
    : [{ subject: changes.digest, predicateType: PREDICATE_TYPE.changes, predicate: changes }];
}

/** `changes.md` beside the run's other files: release notes, as a forge or a chat takes them. */
export async function keepChanges(
  id: string,
  { record, changes }: { readonly record: ReleaseRecord; readonly changes: ReleaseChanges | undefined },
  deps: Pick<RunDeps, 'writeRecord'>,
): Promise<void> {
  if (changes === undefined) {
    return;
  }
  const reference = `${record.repository}@${record.digest}`;
  const title = { id, tag: record.tags.unique, reference };
  await deps.writeRecord(id, 'changes.md', releaseNotes(title, changes));
  await deps.writeRecord(id, 'changes.json', `${JSON.stringify(changes, null, 2)}\n`);
}
