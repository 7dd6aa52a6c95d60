import type { LimitFunction } from 'p-limit';
import { FactoryError } from '../../model/index.ts';
import type {
  BuiltImage,
  BuiltPlatform,
  CatalogEntry,
  CheckResult,
  ExampleApp,
  Platform,
  PlatformContent,
  TestedImage,
} from '../../model/index.ts';
import { readImageContent } from '../../oci/index.ts';
import type { ImageContent, LayerReader } from '../../oci/index.ts';
import {
  checkApp,
  checkArbitraryUser,
  checkExitCode,
  checkHello,
  checkServer,
  checkServerAsAnyUser,
  createContainerRunner,
} from './containers/index.ts';
import type {
  ContainerRunner,
  ExampleSettings,
  RunSettings,
  ServerChecks,
  TestEngine,
} from './containers/index.ts';
import { EXAMPLE_BUILDS, notBuilt } from './example-build.ts';
import { checkRootFilesystem, toPlatformContent } from './image-files.ts';
import type { OwnTest } from './own-tests.ts';
import { runStructureTest } from './structure/index.ts';
import type { CommandRun, RunOptions } from './structure/index.ts';

export interface TestDeps {
  /** Has the image of every platform that was built, under its `engineImage`. */
  readonly engine: TestEngine;
  /**
   * Absolute folder with the stack's example files, its unpacked example packages and `PORTS_PROGRAM`, readable for
   * everyone.
   */
  readonly exampleDir: (entry: CatalogEntry, platform: Platform) => Promise<string>;
  readonly ownTests: readonly OwnTest[];
  /** Builds the example's Dockerfile on the image; returns its name in the engine. */
  readonly buildExample: (platform: BuiltPlatform) => Promise<string>;
  /** Pool of containers. */
  readonly containers: LimitFunction;
  /** Shared by the images of a run, as their layers are. */
  readonly readLayer: LayerReader;
  readonly signal: AbortSignal;
}

/** A server has to end within these, on this machine's own instructions, and on emulated ones. */
const STOP_GRACE_MS = 1000;
const EMULATED_STOP_GRACE_MS = 10_000;

/** What the checks of one platform share. */
interface PlatformTest {
  readonly built: BuiltImage;
  readonly platform: BuiltPlatform;
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
  const runner = await createContainerRunner(deps.engine, deps.signal);
  const reports: PlatformReport[] = [];
  try {
    for (const platform of built.platforms) {
      const isRunnable = deps.engine.platforms.includes(platform.platform);
      reports.push(
        isRunnable
          ? await testPlatform(await prepare({ built, platform, runner, deps }))
          : await testUnrunnable({ built, platform, deps }),
      );
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

async function prepare(subject: Omit<PlatformTest, 'settings'>): Promise<PlatformTest> {
  const { built, platform, deps } = subject;
  const { entry } = built.rendered.locked;
  const settings = {
    platform: platform.platform,
    image: platform.engineImage,
    user: entry.config.user,
    exampleDir: await deps.exampleDir(entry, platform.platform),
    stopGraceMs: platform.platform === deps.engine.platform ? STOP_GRACE_MS : EMULATED_STOP_GRACE_MS,
  };
  return { ...subject, settings };
}

/** An image is never called tested where nothing of it could run. */
async function testUnrunnable({
  built,
  platform,
  deps,
}: Pick<PlatformTest, 'built' | 'platform' | 'deps'>): Promise<PlatformReport> {
  const content = await readImageContent(built.layoutDir, platform.manifest, deps);
  const files = { built, platform, content };
  const notRun: CheckResult = {
    kind: 'failed',
    check: 'runs',
    platform: platform.platform,
    expected: `an engine that runs ${platform.platform}`,
    got: `one for ${deps.engine.platforms.join(' and ')}: \`ingot local start --emulation\` lets it run both`,
  };
  return { checks: [...checkRootFilesystem(files), notRun], content: toPlatformContent(files) };
}

/** The containers of the example start while the layers are still being read. */
async function testPlatform(subject: PlatformTest): Promise<PlatformReport> {
  const { built, settings, runner, deps } = subject;
  const { config, example } = built.rendered.locked.entry;
  const { server, app } = example;
  const [files, hello, anyUser, exitCode, served, ...others] = await Promise.all([
    testFiles(subject),
    deps.containers(() => checkHello(example.hello, settings, runner)),
    deps.containers(() => checkArbitraryUser(example.hello, settings, runner)),
    deps.containers(() => checkExitCode(config.entrypoint, settings, runner)),
    server === undefined ? NO_SERVER : deps.containers(() => checkServer(server, settings, runner)),
    server === undefined ? [] : deps.containers(() => checkServerAsAnyUser(server, settings, runner)),
    app === undefined ? [] : testApp(app, subject),
  ]);
  return {
    checks: [...files.checks, hello, anyUser, ...exitCode, ...served.checks, ...others.flat()],
    content: toPlatformContent({ platform: subject.platform, content: files.content }, served.sockets),
  };
}

/** Nothing listens in an image whose example has no server. */
const NO_SERVER: ServerChecks = { checks: [], sockets: '' };

/** The container pool is free while the example is built. */
async function testApp(
  app: ExampleApp,
  { built, platform, settings, runner, deps }: PlatformTest,
): Promise<readonly CheckResult[]> {
  let image: string;
  try {
    image = await deps.buildExample(platform);
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'BUILD_FAILED') {
      return [notBuilt(error, built.rendered.locked.entry, settings.platform)];
    }
    throw error;
  }
  const { exampleDir: _exampleDir, ...run } = settings;
  const ran = await deps.containers(() => checkApp(app, { ...run, image }, runner));
  return [{ kind: 'passed', check: EXAMPLE_BUILDS, platform: settings.platform }, ...ran];
}

interface FilesReport {
  readonly checks: readonly CheckResult[];
  readonly content: ImageContent;
}

async function testFiles(subject: PlatformTest): Promise<FilesReport> {
  const { built, platform, deps } = subject;
  const content = await readImageContent(built.layoutDir, platform.manifest, deps);
  const files = { built, platform, content };
  const structure: CheckResult[] = [];
  for (const ownTest of deps.ownTests) {
    structure.push(...(await testStructure(subject, ownTest, content)));
  }
  return {
    checks: [...checkRootFilesystem(files), ...structure],
    content,
  };
}

async function testStructure(
  { settings, runner, deps }: PlatformTest,
  { test: structureTest, options }: OwnTest,
  content: ImageContent,
): Promise<readonly CheckResult[]> {
  const { platform } = settings;
  return runStructureTest(structureTest, {
    platform,
    ...content,
    optionVariables: options.environment,
    runCommand: (run) => deps.containers(() => runner.runToEnd(commandSettings(run, settings, options))),
    withKeptFiles: (use) =>
      deps.containers(() => runner.withKeptFiles({ platform, ...sharedSettings(settings, options) }, use)),
  });
}

/** Commands run in place of the entrypoint, so that a test can name any program of the image. */
function commandSettings(
  { command: [program = '', ...command], environment }: CommandRun,
  settings: ExampleSettings,
  options: RunOptions,
): RunSettings {
  return { ...sharedSettings(settings, options), entrypoint: [program], command, environment };
}

function sharedSettings(
  { image, user, exampleDir }: ExampleSettings,
  options: RunOptions,
): Omit<RunSettings, 'entrypoint' | 'command' | 'environment'> {
  return {
    image,
    user: options.user ?? user,
    ...(exampleDir === undefined ? {} : { exampleDir }),
    loosened: options,
  };
}
