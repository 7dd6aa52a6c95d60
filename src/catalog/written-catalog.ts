import type { Dirent } from 'node:fs';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from '../model/index.ts';
import { DecisionFile } from './decision-schema.ts';
import { readFolder } from './read-files.ts';
import { CatalogFile, ImageFile, TeamFile } from './schema.ts';
import { readStackFiles, type StackFiles } from './stack-files.ts';
import { StackFile } from './stack-schema.ts';
import { readWrittenFile } from './written-file.ts';
import type { WrittenFile } from './written-file.ts';

export const CATALOG_FILE = 'catalog.json';
const STACKS_FOLDER = 'stacks';
const DECISIONS_FOLDER = 'decisions';
const TEMPLATE_ENDING = '.hbs';

export interface WrittenStack extends WrittenFile<StackFile>, StackFiles {
  /** What images and other stacks call it: the name of its folder. */
  readonly id: string;
  /** `stacks/python`, below `root`. */
  readonly folder: string;
  readonly root: string;
  /** It came with ingot, and is not the catalog's own. */
  readonly isShipped: boolean;
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
  /** What a stack may name as a step: a template that came with ingot, or one of the catalog's own. */
  readonly steps: readonly string[];
  /** Names of steps that ingot ships, and of which the catalog has one of its own. */
  readonly replacedSteps: readonly string[];
  /** Folders of the catalog that are none. */
  readonly folderProblems: readonly Problem[];
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
  const others = isSameFolder(folder, shipped) ? NONE : await readStacks(shipped, { isShipped: true });
  const names = new Set(own.found.map(({ id }) => id));
  const decisions = await readDecisions(folder);
  const shippedSteps = await readSteps(shipped, 'templates/partials/steps');
  const ownSteps = await readSteps(folder, 'templates/steps');
  return {
    catalog,
    images,
    teams,
    stacks: [...own.found, ...others.found.filter(({ id }) => !names.has(id))],
    replacedStacks: others.found.flatMap(({ id }) => (names.has(id) ? [id] : [])),
    decisions: decisions.found,
    idlePatterns,
    steps: [...shippedSteps.found, ...ownSteps.found].sort(),
    replacedSteps: ownSteps.found.filter((step) => shippedSteps.found.includes(step)),
    folderProblems: [...own.problems, ...decisions.problems, ...ownSteps.problems],
  };
}

function isSameFolder(a: string, b: string): boolean {
  return path.resolve(a) === path.resolve(b);
}

/** Every problem of shape, file by file, and whatever else is not what it should be. */
export function shapeProblems(written: WrittenCatalog): Problem[] {
  const { catalog, images, teams, stacks, decisions, folderProblems } = written;
  return [
    ...[catalog, ...images, ...teams, ...stacks, ...decisions].flatMap(({ problems }) => problems),
    ...stacks.flatMap(({ fileProblems }) => fileProblems),
    ...folderProblems,
  ];
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

interface Listed<T> {
  readonly found: readonly T[];
  readonly problems: readonly Problem[];
}

const NONE = { found: [], problems: [] };

async function readStacks(
  root: string,
  { isShipped }: Pick<WrittenStack, 'isShipped'>,
): Promise<Listed<WrittenStack>> {
  const { found, problems } = await list(root, STACKS_FOLDER);
  const stacks: WrittenStack[] = [];
  for (const id of found.filter((entry) => entry.isDirectory()).map((entry) => entry.name)) {
    const place = { root: path.resolve(root), folder: `${STACKS_FOLDER}/${id}` };
    const written = await readWrittenFile(root, `${place.folder}/stack.json`, StackFile);
    const beside = await readStackFiles(place, written.value.certificates ?? []);
    stacks.push({ ...written, ...beside, ...place, id, isShipped });
  }
  return { found: stacks, problems };
}

async function readDecisions(root: string): Promise<Listed<WrittenFile<DecisionFile>>> {
  const { found, problems } = await list(root, DECISIONS_FOLDER);
  const decisions: WrittenFile<DecisionFile>[] = [];
  for (const name of found.map((entry) => entry.name).filter((each) => each.endsWith('.json'))) {
    decisions.push(await readWrittenFile(root, `${DECISIONS_FOLDER}/${name}`, DecisionFile));
  }
  return { found: decisions, problems };
}

/** Names of the templates in a folder. */
async function readSteps(root: string, folder: string): Promise<Listed<string>> {
  const { found, problems } = await list(root, folder);
  const names = found.map((entry) => entry.name).filter((name) => name.endsWith(TEMPLATE_ENDING));
  return { found: names.map((name) => name.slice(0, -TEMPLATE_ENDING.length)), problems };
}

/** Empty where there is no such folder: then every stack an image names is unknown, and reported so. */
async function list(root: string, folder: string): Promise<Listed<Dirent>> {
  const read = await readFolder(path.join(root, folder));
  return 'found' in read
    ? { found: read.found, problems: [] }
    : { found: [], problems: [{ file: folder, field: '', message: `expected a folder, got ${read.got}` }] };
}
