import { join } from 'node:path';
import { createHash } from 'node:crypto';
import type { Builder, BuildRequest } from '../host/builder/index.ts';
import { FactoryError } from '../model/index.ts';
import type {
  BuildInputs,
  BuildRecipe,
  DigestRef,
  Emit,
  Lock,
  Platform,
  PlatformReproduction,
  Reproduction,
  ToolLock,
} from '../model/index.ts';
import {
  firstDifference,
  platformOf,
  PREDICATE_TYPE,
  pullManifest,
  referenceText,
  type NamedImage,
  type RegistryClient,
  type VerifySignature,
} from '../oci/index.ts';
import {
  build,
  buildToolbox,
  exportBuild,
  unpackRecipe,
  type BuildableImage,
  type Built,
} from '../stages/build/index.ts';
import { toBuildId } from '../stages/render/index.ts';
import {
  fetchInputs,
  registryPlaces,
  snapshotPlace,
  type FoundInputs,
  type InputPlace,
  type ResolveDeps,
} from '../stages/resolve/index.ts';
import { parseLockPredicate, parseRecipePredicate, readAttestation } from '../stages/sign/index.ts';
import { toolDigest, type FetchedTools } from './tools.ts';

export interface ReproduceDeps {
  readonly registry: RegistryClient;
  readonly verify: VerifySignature;
  readonly resolve: ResolveDeps;
  /** Verified .debs of a tool set, exactly as locked. */
  readonly fetchTools: (lock: ToolLock, copies: readonly InputPlace[]) => Promise<FetchedTools>;
  /** The builder at the version that made the image. */
  readonly openBuilder: (lock: ToolLock) => Promise<Builder>;
  readonly buildxArgs: (request: BuildRequest) => readonly string[];
  /** The builder's own. */
  readonly hostPlatform: Platform;
  readonly workDir: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** What a published image was built from, as its signed attestations say. */
interface PublishedBuild {
  readonly lock: Lock;
  readonly inputs: BuildInputs;
  readonly recipe: BuildRecipe;
}

interface Prepared {
  readonly published: PublishedBuild;
  readonly rendered: BuildableImage;
  readonly found: FoundInputs;
  readonly builder: Builder;
  readonly toolbox: string;
}

/** Builds an image again from what the registry has of it, nothing believed that was built before, and compares. */
export async function reproduce(image: NamedImage, deps: ReproduceDeps): Promise<Reproduction> {
  const prepared = await prepare(image.ref, deps);
  const { published, rendered, found } = prepared;
  tell(`building ${published.inputs.platforms.join(' and ')} without a cache`, deps);
  const built = await build(rendered, {
    builder: prepared.builder,
    toolbox: prepared.toolbox,
    inputs: found,
    imageDir: join(deps.workDir, 'rebuilt'),
    contextsDir: join(deps.workDir, 'contexts'),
    blobsDir: join(deps.workDir, 'blobs'),
    platforms: published.inputs.platforms,
    isReproduction: true,
    signal: deps.signal,
  });
  return {
    ref: image.ref,
    rebuilt: built.index.digest,
    isIdentical: built.index.digest === image.ref.digest,
    platforms: await comparePlatforms(image, built, deps),
    inputs: Object.fromEntries(found.places),
    builder: versionOf(published.recipe.builder, deps.hostPlatform),
  };
}

/** Writes what an image is built from as a folder for plain `docker buildx build`; gives the scripts in it. */
export async function exportImage(
  image: NamedImage,
  folder: string,
  deps: ReproduceDeps,
): Promise<readonly string[]> {
  const { published, rendered, found, toolbox } = await prepare(image.ref, deps);
  const { platforms } = published.inputs;
  const contextsDir = join(deps.workDir, 'contexts');
  const { buildxArgs } = deps;
  return exportBuild(rendered, { folder, toolbox, inputs: found, contextsDir, platforms, buildxArgs });
}

async function prepare(ref: DigestRef, deps: ReproduceDeps): Promise<Prepared> {
  const published = await readBuild(ref, deps);
  const rendered = await toBuildable(published, ref, deps);
  const { lock, inputs, recipe } = published;
  const kept = keptCopies(ref, deps.registry);
  const copies = [...kept, snapshotPlace(lock.suites, deps.resolve)];
  const found = await fetchInputs(lock, inputs.platforms, { ...deps.resolve, copies });
  const builder = await deps.openBuilder(recipe.builder);
  const tools = await deps.fetchTools(recipe.toolbox.lock, kept);
  tell(`starting ${versionOf(recipe.builder, deps.hostPlatform)}, and making the toolbox of the image`, deps);
  const toolbox = await buildToolbox(
    { ...tools, dockerfile: recipe.toolbox.dockerfile },
    {
      builder,
      folder: join(deps.workDir, 'toolbox'),
      platform: deps.hostPlatform,
      isReproduction: true,
      signal: deps.signal,
    },
  );
  return { published, rendered, found, builder, toolbox };
}

/** What is beside the image itself. */
function keptCopies({ repository }: DigestRef, registry: RegistryClient): readonly InputPlace[] {
  const slash = repository.lastIndexOf('/');
  return registryPlaces(repository.slice(0, slash), [repository.slice(slash + 1)], registry);
}

async function readBuild(ref: DigestRef, deps: ReproduceDeps): Promise<PublishedBuild> {
  const locked = parseLockPredicate(await attested(ref, PREDICATE_TYPE.lock, deps));
  const recipe = parseRecipePredicate(await attested(ref, PREDICATE_TYPE.recipe, deps));
  assertFits(recipe, locked.inputs, ref);
  return { ...locked, recipe };
}

async function attested(ref: DigestRef, predicateType: string, deps: ReproduceDeps): Promise<unknown> {
  const predicate = await readAttestation(ref, predicateType, deps);
  if (predicate === undefined) {
    throw new FactoryError(
      'RECIPE_INVALID',
      `cannot reproduce ${referenceText(ref)}: it has no attestation "${predicateType}"`,
      { hint: 'it was not published by ingot, or by a version that kept none' },
    );
  }
  return predicate;
}

/** Lock and recipe are two statements: that they are of one build, the inputs' digests say. */
function assertFits(recipe: BuildRecipe, inputs: BuildInputs, ref: DigestRef): void {
  const dockerfile = `sha256:${createHash('sha256').update(recipe.dockerfile).digest('hex')}`;
  const fits =
    dockerfile === inputs.dockerfile &&
    toolDigest(recipe.toolbox.lock) === inputs.toolbox &&
    toolDigest(recipe.builder) === inputs.builder;
  if (!fits) {
    throw new FactoryError(
      'RECIPE_INVALID',
      `cannot reproduce ${referenceText(ref)}: its recipe is not of the build that its lock names`,
      { hint: 'an attestation was copied from another image, or damaged: see `ingot verify`' },
    );
  }
}

async function toBuildable(
  { lock, inputs, recipe }: PublishedBuild,
  { repository }: DigestRef,
  deps: ReproduceDeps,
): Promise<BuildableImage> {
  const stacks = await unpackRecipe(recipe.files, inputs.files, join(deps.workDir, 'recipe'));
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  return {
    dockerfile: recipe.dockerfile,
    buildArgs: recipe.buildArgs,
    inputs,
    buildId: toBuildId(inputs),
    locked: { lock, entry: { repository: name, stacks } },
  };
}

async function comparePlatforms(
  { ref, manifests }: NamedImage,
  built: Built<BuildableImage>,
  deps: ReproduceDeps,
): Promise<readonly PlatformReproduction[]> {
  const layoutDir = join(deps.workDir, 'published');
  const compared: PlatformReproduction[] = [];
  for (const { platform, manifest } of built.platforms) {
    const published = manifests.find((each) => platformOf(each) === platform)?.digest ?? ref.digest;
    const same = { platform, published, rebuilt: manifest.digest };
    if (published === manifest.digest) {
      compared.push(same);
      continue;
    }
    await pullManifest({ repository: ref.repository, digest: published }, layoutDir, deps.registry);
    const difference = await firstDifference(
      { layoutDir, digest: published },
      { layoutDir: built.layoutDir, digest: manifest.digest },
    );
    compared.push({ ...same, ...(difference !== undefined && { difference }) });
  }
  return compared;
}

/** `docker.io 26.1.5+dfsg1-9+b13` */
function versionOf({ architectures }: ToolLock, platform: Platform): string {
  const packages = architectures[platform === 'linux/arm64' ? 'arm64' : 'amd64'];
  return packages
    .filter(({ name }) => name === 'docker.io' || name === 'docker-buildx')
    .map(({ name, version }) => `${name} ${version}`)
    .join(', ');
}

function tell(message: string, { emit }: ReproduceDeps): void {
  emit({ kind: 'notice', level: 'info', message });
}
