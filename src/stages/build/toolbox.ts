import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../files/index.ts';
import type { Builder, BuildRequest } from '../../host/builder/index.ts';
import { InternalError } from '../../model/index.ts';
import type { LockedPackage, Platform, Sha256 } from '../../model/index.ts';
import { readLayout } from '../../oci/index.ts';
import { writeRootTar } from './root-tar.ts';

export interface Toolbox {
  readonly packages: readonly LockedPackage[];
  /** Verified .debs on this machine. */
  readonly files: ReadonlyMap<Sha256, string>;
  readonly dockerfile: string;
}

export interface ToolboxDeps {
  readonly builder: Builder;
  /** Kept between runs, named by the digest of the toolbox's lock. */
  readonly folder: string;
  /** The builder's own. */
  readonly platform: Platform;
  readonly isReproduction?: true;
  readonly signal: AbortSignal;
}

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
    await writeContext(toolbox, work);
    await writeWhole(join(work, 'Dockerfile'), toolbox.dockerfile);
    await deps.builder.build(buildRequest(work, deps), deps.signal);
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

function buildRequest(
  work: string,
  { platform, isReproduction }: Pick<ToolboxDeps, 'platform' | 'isReproduction'>,
): BuildRequest {
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
    ...(isReproduction && { noCache: true }),
  };
}

/** The whole root as one file, which BuildKit's ADD unpacks. */
async function writeContext(toolbox: Toolbox, work: string): Promise<void> {
  const folder = join(work, 'context');
  await mkdir(folder);
  const debs = toolbox.packages.map(({ sha256, path }) => {
    const deb = toolbox.files.get(sha256);
    if (deb === undefined) {
      throw new InternalError(`"${path}" was not fetched before the toolbox is built`);
    }
    return deb;
  });
  await writeRootTar(debs, join(folder, 'root.tar'));
}
