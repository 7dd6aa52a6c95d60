import { glob, lstat, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Problem, Sha256 } from '../model/index.ts';
import { sha256Of } from '../oci/index.ts';
import { DecisionFile } from './decision-schema.ts';
import { CatalogFile, ImageFile, TeamFile } from './schema.ts';
import { StackFile } from './stack-schema.ts';
import { readWrittenFile } from './written-file.ts';
import type { WrittenFile } from './written-file.ts';

export const CATALOG_FILE = 'catalog.json';
const STACKS_FOLDER = 'stacks';
const DECISIONS_FOLDER = 'decisions';

export interface WrittenStack extends WrittenFile<StackFile> {
  /** What images and other stacks call it: the name of its folder. */
  readonly id: string;
  /** `stacks/python`, below `root`. */
  readonly folder: string;
  readonly root: string;
  /** It came with ingot, and is not the catalog's own. */
  readonly isShipped: boolean;
  /** Which of the files beside `stack.json` are there. */
  readonly hasStructureTest: boolean;
  readonly hasDevStructureTest: boolean;
  readonly hasExample: boolean;
  /** What a developer would build on the image. */
  readonly exampleDockerfile: string | undefined;
  /** Files of the folder `files`, which go into the image: path without the leading slash → digest. */
  readonly files: Readonly<Record<string, Sha256>>;
  /** What else lies in that folder and is no file, such as a link; by path below it. */
  readonly oddFiles: readonly string[];
  /** Texts of the files that `certificates` names, of those that are there. */
  readonly certificateTexts: Readonly<Record<string, string>>;
}

/** All files of a catalog as they were written, before any rule has looked at them. */
export interface WrittenCatalog {
  readonly catalog: WrittenFile<CatalogFile>;
  readonly images: readonly WrittenFile<ImageFile>[];
  readonly teams: readonly WrittenFile<TeamFile>[];
  readonly stacks: readonly WrittenStack[];
  /** Names of stacks that ingot ships, and of which the catalog has one of its own. */
  readonly replacedStacks: readonly string[];
  readonly decisions: readonly WrittenFile<DecisionFile>[];
  /** Include patterns no file matches, by their place in the list. */
  readonly idlePatterns: ReadonlyMap<number, string>;
}

/** Reads every file of the catalog in `folder`, and the stacks beside those of its own that `shipped` has. */
export async function readWrittenCatalog(folder: string, shipped: string): Promise<WrittenCatalog> {
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
  const own = await readStacks(folder, { isShipped: false });
  const others = isSameFolder(folder, shipped) ? [] : await readStacks(shipped, { isShipped: true });
  const names = new Set(own.map(({ id }) => id));
  return {
    catalog,
    images,
    teams,
    stacks: [...own, ...others.filter(({ id }) => !names.has(id))],
    replacedStacks: others.flatMap(({ id }) => (names.has(id) ? [id] : [])),
    decisions: await readDecisions(folder),
    idlePatterns,
  };
}

function isSameFolder(a: string, b: string): boolean {
  return path.resolve(a) === path.resolve(b);
}

async function readDecisions(folder: string): Promise<WrittenFile<DecisionFile>[]> {
  const decisions: WrittenFile<DecisionFile>[] = [];
  for (const name of await filesIn(path.join(folder, DECISIONS_FOLDER), '.json')) {
    decisions.push(await readWrittenFile(folder, path.posix.join(DECISIONS_FOLDER, name), DecisionFile));
  }
  return decisions;
}

/** Every problem of shape, file by file. */
export function shapeProblems({ catalog, images, teams, stacks, decisions }: WrittenCatalog): Problem[] {
  return [catalog, ...images, ...teams, ...stacks, ...decisions].flatMap((written) => written.problems);
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

async function readStacks(
  folder: string,
  { isShipped }: Pick<WrittenStack, 'isShipped'>,
): Promise<WrittenStack[]> {
  const stacks: WrittenStack[] = [];
  for (const id of await foldersIn(path.join(folder, STACKS_FOLDER))) {
    const stackFolder = path.posix.join(STACKS_FOLDER, id);
    const written = await readWrittenFile(folder, path.posix.join(stackFolder, 'stack.json'), StackFile);
    stacks.push({
      ...written,
      id,
      folder: stackFolder,
      root: path.resolve(folder),
      isShipped,
      hasStructureTest: await exists(path.join(folder, stackFolder, 'structure-test.yaml')),
      hasDevStructureTest: await exists(path.join(folder, stackFolder, 'structure-test.dev.yaml')),
      hasExample: await exists(path.join(folder, stackFolder, 'example')),
      exampleDockerfile: await textOf(path.join(folder, stackFolder, 'example/Dockerfile')),
      ...(await readFiles(path.join(folder, stackFolder, 'files'))),
      certificateTexts: await textsOf(path.join(folder, stackFolder), written.value.certificates ?? []),
    });
  }
  return stacks;
}

async function textsOf(
  folder: string,
  names: readonly (string | undefined)[],
): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  for (const name of names) {
    const text = name === undefined ? undefined : await textOf(path.join(folder, name));
    if (name !== undefined && text !== undefined) {
      texts[name] = text;
    }
  }
  return texts;
}

async function filesIn(folder: string, ending: string): Promise<string[]> {
  return (await exists(folder)) ? (await readdir(folder)).filter((name) => name.endsWith(ending)).sort() : [];
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

async function readFiles(folder: string): Promise<Pick<WrittenStack, 'files' | 'oddFiles'>> {
  if (!(await exists(folder))) {
    return { files: {}, oddFiles: [] };
  }
  if ((await lstat(folder)).isSymbolicLink()) {
    return { files: {}, oddFiles: [''] };
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const files: Record<string, Sha256> = {};
  for (const file of paths.sort()) {
    files[path.relative(folder, file)] = sha256Of(await readFile(file));
  }
  const odd = entries.filter((entry) => !entry.isFile() && !entry.isDirectory());
  return {
    files,
    oddFiles: odd.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort(),
  };
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
