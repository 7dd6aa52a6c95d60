import { chmod, cp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../files/index.ts';
import { unpackDeb } from '../host/builder/index.ts';
import type { digestFiles } from '../host/catalog-files.ts';
import type { CatalogEntry, DebianArchitecture, Platform, Sha256, Stack } from '../model/index.ts';
import { architectureOf } from '../oci/index.ts';
import { choosePackages, type OpenArchive, type ResolveDeps } from '../stages/resolve/index.ts';

/** What an image is tested with, beside its lock: the checks and the example of its own stack. */
export async function testFiles(
  entry: CatalogEntry,
  digest: typeof digestFiles,
): Promise<Readonly<Record<string, Sha256>>> {
  const own = ownStack(entry);
  const digests = { ...(await digest(own.root, own.folder)) };
  for (const other of testedStacks(entry)) {
    const files = await digest(other.root, other.folder);
    const test = path.join(other.folder, STRUCTURE_TESTS[entry.variant]);
    Object.assign(digests, Object.fromEntries(Object.entries(files).filter(([file]) => file === test)));
  }
  const ofOthers = path.join(own.folder, STRUCTURE_TESTS[entry.variant === 'dev' ? 'runtime' : 'dev']);
  return Object.fromEntries(Object.entries(digests).filter(([file]) => file !== ofOthers));
}

/** Stacks whose structure test the image has to pass: a dev image is also what each of its stacks installs. */
export function testedStacks(entry: CatalogEntry): readonly StackPlace[] {
  return entry.variant === 'dev'
    ? [...new Map(entry.stacks.map((stack) => [stack.folder, stack])).values()]
    : [ownStack(entry)];
}

/** A dev image has tests of its own: what is said of a runtime's absences is not true of it. */
export const STRUCTURE_TESTS = {
  runtime: 'structure-test.yaml',
  dev: 'structure-test.dev.yaml',
} as const;

/** Where the files of a stack are. */
export type StackPlace = Pick<Stack, 'root' | 'folder'>;

function ownStack(entry: CatalogEntry): StackPlace {
  return entry.stacks.at(-1) ?? { root: '', folder: '' };
}

export interface ExampleDeps {
  readonly workDir: string;
  readonly signal: AbortSignal;
  readonly archive: OpenArchive;
  readonly resolve: Pick<ResolveDeps, 'packages'>;
}

/** The folder mounted at `/example`: the stack's own files, the programs of its example packages, and one of the tests. */
export async function prepareExample(
  entry: CatalogEntry,
  platform: Platform,
  deps: ExampleDeps,
): Promise<string> {
  const architecture = architectureOf(platform);
  const folder = path.join(deps.workDir, `${entry.id}-example-${architecture}`);
  await rm(folder, { recursive: true, force: true });
  const packages = await examplePackages(entry, architecture, deps);
  await makeFolder(folder, async (unfinished) => {
    for (const deb of packages) {
      await unpackDeb(deb, unfinished, deps);
    }
    const own = ownStack(entry);
    await cp(path.join(own.root, own.folder, 'example'), unfinished, { recursive: true });
    const { PORTS_PROGRAM, portsProgram } = await import('../stages/test/index.ts');
    await writeFile(path.join(unfinished, PORTS_PROGRAM), portsProgram(platform), { mode: 0o755 });
    await openToEveryone(unfinished);
  });
  return folder;
}

/** The user of an image is nobody here: it reads and runs what is its own, whatever this host's umask is. */
async function openToEveryone(folder: string): Promise<void> {
  const inside = await readdir(folder, { recursive: true, withFileTypes: true });
  const own = inside.filter((file) => !file.isSymbolicLink());
  for (const file of [folder, ...own.map(({ parentPath, name }) => path.join(parentPath, name))]) {
    const { mode } = await stat(file);
    await chmod(file, (mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

async function examplePackages(
  entry: CatalogEntry,
  architecture: DebianArchitecture,
  deps: ExampleDeps,
): Promise<readonly string[]> {
  const { packages } = entry.example;
  if (packages.length === 0) {
    return [];
  }
  const request = { suite: entry.suite, packages, closure: false, exclude: [] };
  const from = {
    archive: deps.archive,
    architecture,
    requester: `example of ${entry.id}`,
    file: `${ownStack(entry).folder}/stack.json`,
  };
  const files = await deps.resolve.packages.fetch(await choosePackages(request, from));
  return [...files.values()];
}
