import { lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Problem, Sha256 } from '../model/index.ts';
import { sha256Of } from '../oci/index.ts';
import { NO_SUCH_FILE, pathOf, readBytes, readFolder, readText, type Read } from './read-files.ts';

/** What lies beside a `stack.json`. */
export interface StackFiles {
  readonly hasStructureTest: boolean;
  readonly hasDevStructureTest: boolean;
  readonly hasExample: boolean;
  /** What a developer would build on the image. */
  readonly exampleDockerfile: string | undefined;
  /** Files of the folder `files`, which go into the image: path without the leading slash → digest. */
  readonly files: Readonly<Record<string, Sha256>>;
  /** Texts of what `certificates` names, by name. */
  readonly certificates: Readonly<Record<string, Read<string>>>;
  /** What is not the file or folder that it should be; of certificates, a rule tells. */
  readonly fileProblems: readonly Problem[];
}

interface StackPlace {
  readonly root: string;
  /** Below `root`. */
  readonly folder: string;
}

/** Reads what lies beside a stack's file; never fails, but tells. */
export async function readStackFiles(
  place: StackPlace,
  certificates: readonly (string | undefined)[],
): Promise<StackFiles> {
  const structureTest = await presenceOf('structure-test.yaml', 'a file', place);
  const devStructureTest = await presenceOf('structure-test.dev.yaml', 'a file', place);
  const example = await presenceOf('example', 'a folder', place);
  const dockerfile = await readDockerfile(place);
  const tree = await readTree(path.join(place.folder, 'files'), place.root);
  return {
    hasStructureTest: structureTest.isThere,
    hasDevStructureTest: devStructureTest.isThere,
    hasExample: example.isThere,
    exampleDockerfile: dockerfile.text,
    files: tree.files,
    certificates: await readEach(certificates, place),
    fileProblems: [structureTest, devStructureTest, example, dockerfile, tree].flatMap(
      ({ problems }) => problems,
    ),
  };
}

function problem(file: string, message: string): Problem {
  return { file, field: '', message };
}

async function presenceOf(
  name: string,
  expected: 'a file' | 'a folder',
  { root, folder }: StackPlace,
): Promise<{ readonly isThere: boolean; readonly problems: readonly Problem[] }> {
  const found = await stat(path.join(root, folder, name)).catch(() => undefined);
  if (found === undefined) {
    return { isThere: false, problems: [] };
  }
  const isRight = expected === 'a file' ? found.isFile() : found.isDirectory();
  const got = found.isFile() ? 'a file' : 'a folder';
  return {
    isThere: true,
    problems: isRight ? [] : [problem(`${folder}/${name}`, `expected ${expected}, got ${got}`)],
  };
}

async function readDockerfile({ root, folder }: StackPlace): Promise<{
  readonly text: string | undefined;
  readonly problems: readonly Problem[];
}> {
  const file = `${folder}/example/Dockerfile`;
  const read = await readText(path.join(root, file));
  if ('found' in read) {
    return { text: read.found, problems: [] };
  }
  const isAbsent = read.got === NO_SUCH_FILE;
  return {
    text: undefined,
    problems: isAbsent ? [] : [problem(file, `expected a readable file, got ${read.got}`)],
  };
}

async function readEach(
  names: readonly (string | undefined)[],
  { root, folder }: StackPlace,
): Promise<StackFiles['certificates']> {
  const read: Record<string, Read<string>> = {};
  for (const name of names) {
    if (name !== undefined) {
      read[name] = await readText(path.join(root, folder, name));
    }
  }
  return read;
}

interface Tree {
  readonly files: Readonly<Record<string, Sha256>>;
  readonly problems: readonly Problem[];
}

/** A link would be followed on the machine that builds, to whatever is there. */
const NO_LINK = 'expected a file or a folder, got a link or a device: links of the image stand in "links"';

async function readTree(folder: string, root: string): Promise<Tree> {
  const isLink = await lstat(path.join(root, folder)).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  if (isLink) {
    return { files: {}, problems: [problem(folder, NO_LINK)] };
  }
  const read = await readFolder(path.join(root, folder), { recursive: true });
  if ('got' in read) {
    return { files: {}, problems: [problem(folder, `expected a readable folder, got ${read.got}`)] };
  }
  const odd = read.found.filter((entry) => !entry.isFile() && !entry.isDirectory());
  const problems = odd.map((entry) => problem(path.relative(root, pathOf(entry)), NO_LINK));
  const files: Record<string, Sha256> = {};
  for (const file of read.found.filter((entry) => entry.isFile()).map(pathOf)) {
    const bytes = await readBytes(file);
    if ('found' in bytes) {
      files[path.relative(path.join(root, folder), file)] = sha256Of(bytes.found);
    } else {
      problems.push(problem(path.relative(root, file), `expected a readable file, got ${bytes.got}`));
    }
  }
  return { files, problems };
}
