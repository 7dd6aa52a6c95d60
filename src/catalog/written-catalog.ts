import { glob, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Problem, Sha256 } from '../model/index.ts';
import { sha256Of } from '../oci/index.ts';
import { CatalogFile, ImageFile, TeamFile } from './schema.ts';
import { StackFile } from './stack-schema.ts';
import { readWrittenFile } from './written-file.ts';
import type { WrittenFile } from './written-file.ts';

export const CATALOG_FILE = 'catalog.json';
const STACKS_FOLDER = 'stacks';

export interface WrittenStack extends WrittenFile<StackFile> {
  /** What images and other stacks call it: the name of its folder. */
  readonly id: string;
  /** `stacks/python`. */
  readonly folder: string;
  /** Which of the files beside `stack.json` are there. */
  readonly hasStructureTest: boolean;
  readonly hasDevStructureTest: boolean;
  readonly hasExample: boolean;
  /** What a developer would build on the image. */
  readonly exampleDockerfile: string | undefined;
  /** Files of the folder `files`, which go into the image: path without the leading slash → digest. */
  readonly files: Readonly<Record<string, Sha256>>;
}

/** All files of a catalog as they were written, before any rule has looked at them. */
export interface WrittenCatalog {
  readonly catalog: WrittenFile<CatalogFile>;
  readonly images: readonly WrittenFile<ImageFile>[];
  readonly teams: readonly WrittenFile<TeamFile>[];
  readonly stacks: readonly WrittenStack[];
  /** Include patterns no file matches, by their place in the list. */
  readonly idlePatterns: ReadonlyMap<number, string>;
  /** `2026-11-23`. */
  readonly today: string;
}

/** Reads every file of the catalog in `folder`; `today` is what end-of-life dates are compared with. */
export async function readWrittenCatalog(folder: string, today: Date): Promise<WrittenCatalog> {
  const catalog = await readWrittenFile(folder, CATALOG_FILE, CatalogFile);
  const { files, idlePatterns } = await includedFiles(folder, catalog.value.include ?? []);
  const images: WrittenFile<ImageFile>[] = [];
  const teams: WrittenFile<TeamFile>[] = [];
  for (const file of files) {
    if (file.startsWith('images/')) {
      images.push(await readWrittenFile(folder, file, ImageFile));
    } else {
      teams.push(await readWrittenFile(folder, file, TeamFile));
    }
  }
  const stacks = await readStacks(folder);
  return { catalog, images, teams, stacks, idlePatterns, today: today.toISOString().slice(0, 10) };
}

/** Every problem of shape, file by file. */
export function shapeProblems({ catalog, images, teams, stacks }: WrittenCatalog): Problem[] {
  return [catalog, ...images, ...teams, ...stacks].flatMap((written) => written.problems);
}

async function includedFiles(
  folder: string,
  patterns: readonly (string | undefined)[],
): Promise<{ readonly files: readonly string[]; readonly idlePatterns: ReadonlyMap<number, string> }> {
  const files = new Set<string>();
  const idlePatterns = new Map<number, string>();
  for (const [index, pattern] of patterns.entries()) {
    if (pattern === undefined) {
      continue;
    }
    let isIdle = true;
    for await (const file of glob(pattern, { cwd: folder })) {
      files.add(file);
      isIdle = false;
    }
    if (isIdle) {
      idlePatterns.set(index, pattern);
    }
  }
  return { files: [...files].sort(), idlePatterns };
}

async function readStacks(folder: string): Promise<WrittenStack[]> {
  const stacks: WrittenStack[] = [];
  for (const id of await foldersIn(path.join(folder, STACKS_FOLDER))) {
    const stackFolder = path.posix.join(STACKS_FOLDER, id);
    const written = await readWrittenFile(folder, path.posix.join(stackFolder, 'stack.json'), StackFile);
    stacks.push({
      ...written,
      id,
      folder: stackFolder,
      hasStructureTest: await exists(path.join(folder, stackFolder, 'structure-test.yaml')),
      hasDevStructureTest: await exists(path.join(folder, stackFolder, 'structure-test.dev.yaml')),
      hasExample: await exists(path.join(folder, stackFolder, 'example')),
      exampleDockerfile: await textOf(path.join(folder, stackFolder, 'example/Dockerfile')),
      files: await digests(path.join(folder, stackFolder, 'files')),
    });
  }
  return stacks;
}

/** Empty where there is no such folder: then every stack an image names is unknown, and reported so. */
async function foldersIn(folder: string): Promise<string[]> {
  if (!(await exists(folder))) {
    return [];
  }
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function textOf(file: string): Promise<string | undefined> {
  return (await exists(file)) ? readFile(file, 'utf8') : undefined;
}

async function digests(folder: string): Promise<Readonly<Record<string, Sha256>>> {
  if (!(await exists(folder))) {
    return {};
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const found: Record<string, Sha256> = {};
  for (const file of files.sort()) {
    found[path.relative(folder, file)] = sha256Of(await readFile(file));
  }
  return found;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
