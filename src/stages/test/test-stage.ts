import type { LimitFunction } from 'p-limit';
import { FactoryError, problemText } from '../../model/index.ts';
import type {
  BuiltImage,
  BuiltPlatform,
  CatalogEntry,
  CheckResult,
  PlatformContent,
  TestedImage,
} from '../../model/index.ts';
import { readImageContent } from '../../oci/index.ts';
import type { ImageContent } from '../../oci/index.ts';
import { checkHello, checkServer, createContainerRunner } from './containers/index.ts';
import type { ContainerRunner, ExampleSettings, TestEngine } from './containers/index.ts';
import { checkRootFilesystem, toPlatformContent } from './image-files.ts';
import { parseStructureTest, runStructureTest } from './structure/index.ts';
import type { StructureTest } from './structure/index.ts';

export interface TestDeps {
  /** Has the image of every platform that was built, under its `engineImage`. */
  readonly engine: TestEngine;
  /** Absolute folder with the stack's example files and its unpacked example packages, readable for everyone. */
  readonly exampleDir: (entry: CatalogEntry) => Promise<string>;
  /** The image's own checks: text of its stack's `structure-test.yaml`, and its path as the user knows it. */
  readonly structureTest: (
    entry: CatalogEntry,
  ) => Promise<{ readonly file: string; readonly text: string } | undefined>;
  /** Pool of containers. */
  readonly containers: LimitFunction;
  readonly signal: AbortSignal;
}

/** What the checks of one platform share. */
interface PlatformTest {
  readonly built: BuiltImage;
  readonly platform: BuiltPlatform;
  readonly structureTest: StructureTest | undefined;
  readonly settings: ExampleSettings;
  readonly runner: ContainerRunner;
  readonly deps: TestDeps;
}

interface PlatformReport {
  readonly checks: readonly CheckResult[];
  readonly content: PlatformContent;
}

/** Runs the image as shipped and reads its root filesystem file by file. A failed check is a value. */
export async function test(built: BuiltImage, deps: TestDeps): Promise<TestedImage> {
  const { entry } = built.rendered.locked;
  const structureTest = await loadStructureTest(entry, deps);
  const exampleDir = await deps.exampleDir(entry);
  const runner = await createContainerRunner(deps.engine, deps.signal);
  const reports: PlatformReport[] = [];
  try {
    for (const platform of built.platforms) {
      const { user } = entry.config;
      const settings = { platform: platform.platform, image: platform.engineImage, user, exampleDir };
      reports.push(await testPlatform({ built, platform, structureTest, settings, runner, deps }));
    }
  } finally {
    await runner.close();
  }
  return {
    built,
    report: {
      checks: reports.flatMap(({ checks }) => checks),
      contents: reports.map(({ content }) => content),
    },
  };
}

async function loadStructureTest(entry: CatalogEntry, deps: TestDeps): Promise<StructureTest | undefined> {
  const written = await deps.structureTest(entry);
  if (written === undefined) {
    return undefined;
  }
  const parsed = parseStructureTest(written.file, written.text);
  if (parsed.kind === 'invalid') {
    const problems = parsed.problems.map(problemText).join('\n');
    throw new FactoryError('CATALOG_INVALID', `cannot read structure test of ${entry.id}:\n${problems}`);
  }
  return parsed.test;
}

/** An image is never called tested where nothing of it could run. */
async function testForeignPlatform(subject: PlatformTest): Promise<PlatformReport> {
  const { built, platform, deps } = subject;
  const content = await readImageContent(built.layoutDir, platform.manifest, deps.signal);
  const files = { built, platform, content };
  const notRun: CheckResult = {
    kind: 'failed',
    check: 'runs',
    platform: platform.platform,
    expected: `an engine that runs ${platform.platform}`,
    got: `one for ${deps.engine.platform}`,
  };
  return { checks: [...checkRootFilesystem(files), notRun], content: toPlatformContent(files) };
}

/** The containers of the example start while the layers are still being read. */
async function testPlatform(subject: PlatformTest): Promise<PlatformReport> {
  const { built, platform, settings, runner, deps } = subject;
  if (platform.platform !== deps.engine.platform) {
    return testForeignPlatform(subject);
  }
  const { example } = built.rendered.locked.entry;
  const [files, hello, server] = await Promise.all([
    testFiles(subject),
    deps.containers(() => checkHello(example.hello, settings, runner)),
    deps.containers(() => checkServer(example.server, settings, runner)),
  ]);
  return { checks: [...files.checks, hello, ...server], content: files.content };
}

async function testFiles(subject: PlatformTest): Promise<PlatformReport> {
  const { built, platform, deps } = subject;
  const content = await readImageContent(built.layoutDir, platform.manifest, deps.signal);
  const files = { built, platform, content };
  return {
    checks: [...checkRootFilesystem(files), ...(await testStructure(subject, content))],
    content: toPlatformContent(files),
  };
}

/** Commands run in place of the entrypoint, so that a test can name any program of the image. */
async function testStructure(
  { structureTest, settings, runner, deps }: PlatformTest,
  content: ImageContent,
): Promise<readonly CheckResult[]> {
  if (structureTest === undefined) {
    return [];
  }
  const { platform, ...run } = settings;
  return runStructureTest(structureTest, {
    platform,
    ...content,
    runCommand: ({ command: [program = '', ...command], ...rest }) =>
      deps.containers(() => runner.runToEnd({ ...run, ...rest, entrypoint: [program], command })),
  });
}
