import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LockedArtifact, LockedLayer, LockedPackage, Sha256 } from '../../model/index.ts';
import { InternalError } from '../../model/index.ts';

/** Verified files on this machine: what `fetchInputs` of the resolve stage returns. */
export interface FetchedInputs {
  readonly packages: ReadonlyMap<Sha256, string>;
  /** By subresource integrity. */
  readonly artifacts: ReadonlyMap<string, string>;
}

/** Named build contexts of one layer: name → folder. */
export async function layerContexts(
  layer: LockedLayer,
  inputs: FetchedInputs,
  parent: string,
): Promise<Readonly<Record<string, string>>> {
  const packages = layer.packages.map((each) => ({
    name: basename(each.path),
    from: packageFile(each, inputs),
  }));
  const contexts: [string, string][] = [[`packages-${layer.stack}`, await contextDir(packages, parent)]];
  for (const artifact of layer.artifacts) {
    const file = { name: 'artifact.tgz', from: artifactFile(artifact, inputs) };
    contexts.push([`artifact-${artifact.name}`, await contextDir([file], parent)]);
  }
  return Object.fromEntries(contexts);
}

function packageFile(locked: LockedPackage, inputs: FetchedInputs): string {
  return fetched(inputs.packages.get(locked.sha256), locked.path);
}

function artifactFile(locked: LockedArtifact, inputs: FetchedInputs): string {
  return fetched(inputs.artifacts.get(locked.integrity), `${locked.package} ${locked.version}`);
}

function fetched(path: string | undefined, what: string): string {
  if (path === undefined) {
    throw new InternalError(`"${what}" was not fetched before the build`);
  }
  return path;
}

interface ContextFile {
  readonly name: string;
  /** Content-addressed, so its path says what it holds. */
  readonly from: string;
}

/**
 * A folder of links to verified files. Its name says what it holds, so images that share a layer share the
 * folder, and BuildKit transfers it once. It appears whole or not at all.
 */
export async function contextDir(files: readonly ContextFile[], parent: string): Promise<string> {
  const key = createHash('sha256')
    .update(files.map(({ name, from }) => `${name} ${from}`).join('\n'))
    .digest('hex');
  const folder = join(parent, key.slice(0, 16));
  await mkdir(parent, { recursive: true });
  const unfinished = await mkdtemp(join(parent, '.unfinished-'));
  try {
    for (const { name, from } of files) {
      await linkOrCopy(from, join(unfinished, name));
    }
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!(hasCode(error, 'ENOTEMPTY') || hasCode(error, 'EEXIST'))) {
      throw error;
    }
  }
  return folder;
}

/** Cache and work folder may be on two filesystems. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) {
      throw error;
    }
    await copyFile(from, to);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
