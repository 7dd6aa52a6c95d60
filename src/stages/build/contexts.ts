import { createHash } from 'node:crypto';
import { chmod, copyFile, link, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../../files/index.ts';
import type {
  FetchedInputs,
  LockedArtifact,
  LockedLayer,
  LockedPackage,
  Sha256,
  Stack,
} from '../../model/index.ts';
import { errorCode, FactoryError, InternalError } from '../../model/index.ts';
import { sha256Of } from '../../oci/index.ts';

/** Where a stack's own files are. */
export type StackFiles = Pick<Stack, 'name' | 'root' | 'folder' | 'files'>;

/** The files a stack brings itself, as they were when the catalog was read. */
export async function filesContext(
  { name, root, folder, files }: StackFiles,
  parent: string,
): Promise<Readonly<Record<string, string>>> {
  if (Object.keys(files).length === 0) {
    return {};
  }
  const named = Object.entries(files).map(([path, digest]) => ({
    name: path,
    from: join(root, folder, 'files', path),
    digest,
  }));
  return { [`files-${name}`]: await contextDir(named, parent) };
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
    const file = { name: 'artifact', from: artifactFile(artifact, inputs) };
    contexts.push([`artifact-${artifact.name}`, await contextDir([file], parent)]);
  }
  return Object.fromEntries(contexts);
}

function packageFile(locked: LockedPackage, inputs: FetchedInputs): string {
  return fetched(inputs.packages.get(locked.sha256), locked.path);
}

function artifactFile(locked: LockedArtifact, inputs: FetchedInputs): string {
  return fetched(inputs.artifacts.get(locked.integrity), `${locked.name} ${locked.version}`);
}

function fetched(path: string | undefined, what: string): string {
  if (path === undefined) {
    throw new InternalError(`"${what}" was not fetched before the build`);
  }
  return path;
}

interface ContextFile {
  /** Below the context's folder. */
  readonly name: string;
  /** Content-addressed, so its path says what it holds; else `digest` does. */
  readonly from: string;
  readonly digest?: Sha256;
}

/**
 * A folder of links to verified files. Its name says what it holds, so images that share a layer share the
 * folder, and BuildKit transfers it once.
 */
export async function contextDir(files: readonly ContextFile[], parent: string): Promise<string> {
  const key = createHash('sha256')
    .update(files.map(({ name, from, digest }) => `${name} ${from} ${digest ?? ''}`).join('\n'))
    .digest('hex');
  const folder = join(parent, key.slice(0, 16));
  await makeFolder(folder, async (unfinished) => {
    for (const file of files) {
      await addFile(file, unfinished);
    }
  });
  return folder;
}

async function addFile({ name, from, digest }: ContextFile, folder: string): Promise<void> {
  const to = join(folder, name);
  await mkdir(dirname(to), { recursive: true });
  if (digest === undefined) {
    await linkOrCopy(from, to);
    return;
  }
  // the builder keeps modes, and this one must not depend on who checked the catalog out
  const isProgram = ((await stat(from)).mode & 0o100) !== 0;
  const bytes = await readFile(from);
  if (sha256Of(bytes) !== digest) {
    throw new FactoryError('STORAGE_FAILED', `cannot build with "${from}": it changed during the run`, {
      hint: 'run again',
    });
  }
  await writeFile(to, bytes);
  await chmod(to, isProgram ? 0o755 : 0o644);
}

/** Cache and work folder may be on two filesystems. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV') {
      throw error;
    }
    await copyFile(from, to);
  }
}
