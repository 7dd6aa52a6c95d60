import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDeb } from '../../debian/index.ts';
import type { Builder } from '../../host/builder/index.ts';
import { FactoryError, InternalError } from '../../model/index.ts';
import type { LockedPackage, Platform, Sha256 } from '../../model/index.ts';
import { readLayout } from '../../oci/index.ts';

export interface Toolbox {
  readonly packages: readonly LockedPackage[];
  /** Verified .debs on this machine. */
  readonly files: ReadonlyMap<Sha256, string>;
  /** Fills the toolbox's Dockerfile; takes the file names in its build context. */
  readonly renderToolbox: (packages: readonly string[]) => string;
}

export interface ToolboxDeps {
  readonly builder: Builder;
  /** Kept between runs, named by the digest of the toolbox's lock. */
  readonly folder: string;
  /** The builder's own. */
  readonly platform: Platform;
  readonly signal: AbortSignal;
}

/** base-files brings the links of merged /usr, so it is unpacked before what is reached through them. */
const FIRST_PACKAGE = 'base-files';

/**
 * Bootstraps the toolbox image from `scratch`, once for a lock and machine.
 *
 * @returns its build context, `oci-layout://folder@digest`
 */
export async function buildToolbox(toolbox: Toolbox, deps: ToolboxDeps): Promise<string> {
  const layoutDir = join(deps.folder, 'layout');
  const built = await context(layoutDir).catch(() => undefined);
  if (built !== undefined) {
    return built;
  }
  await mkdir(deps.folder, { recursive: true });
  const work = await mkdtemp(join(deps.folder, '.unfinished-'));
  try {
    const names = await writeContext(toolbox, work);
    const dockerfile = join(work, 'Dockerfile');
    await writeFile(dockerfile, toolbox.renderToolbox(names));
    await deps.builder.build(buildRequest(work, deps.platform), deps.signal);
    await rename(join(work, 'layout'), layoutDir);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return context(layoutDir);
}

async function context(layoutDir: string): Promise<string> {
  const [manifest] = await readLayout(layoutDir);
  if (manifest === undefined) {
    throw new InternalError(`the toolbox layout "${layoutDir}" names no image`);
  }
  return `oci-layout://${layoutDir}@${manifest.digest}`;
}

function buildRequest(work: string, platform: Platform): Parameters<Builder['build']>[0] {
  return {
    dockerfile: join(work, 'Dockerfile'),
    context: join(work, 'context'),
    contexts: {},
    buildArgs: {},
    annotations: {},
    platform,
    // nothing of the toolbox but what its tools write reaches an image
    sourceDateEpoch: 0,
    layoutDir: join(work, 'layout'),
    compression: 'uncompressed',
  };
}

/** The data.tar members as BuildKit's ADD unpacks them, under names without characters it would expand. */
async function writeContext(toolbox: Toolbox, work: string): Promise<readonly string[]> {
  const folder = join(work, 'context');
  await mkdir(folder);
  const names: string[] = [];
  for (const locked of inUnpackOrder(toolbox.packages)) {
    const path = toolbox.files.get(locked.sha256);
    if (path === undefined) {
      throw new InternalError(`"${locked.path}" was not fetched before the toolbox is built`);
    }
    const [member, bytes] = dataMember(locked, await readFile(path));
    const name = `${locked.name}.${member}`;
    await writeFile(join(folder, name), bytes);
    names.push(name);
  }
  return names;
}

function inUnpackOrder(packages: readonly LockedPackage[]): readonly LockedPackage[] {
  const first = packages.filter(({ name }) => name === FIRST_PACKAGE);
  return [...first, ...packages.filter(({ name }) => name !== FIRST_PACKAGE)];
}

function dataMember(locked: LockedPackage, deb: Uint8Array): readonly [string, Uint8Array] {
  const found = [...readDeb(deb).members].find(([name]) => name.startsWith('data.tar'));
  if (found === undefined) {
    throw new FactoryError('INDEX_INVALID', `cannot unpack "${locked.path}": it has no data.tar`);
  }
  return found;
}
