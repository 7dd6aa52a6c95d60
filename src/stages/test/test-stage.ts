import type { LimitFunction } from 'p-limit';
import { FactoryError, problemText } from '../../model/index.ts';
import type {
  BuiltImage,
  BuiltPlatform,
  CatalogEntry,
  CheckResult,
  Lock,
  LockedPackage,
  Platform,
  PlatformContent,
  TestedImage,
} from '../../model/index.ts';
import { readImageContent } from '../../oci/index.ts';
import type { ImageContent } from '../../oci/index.ts';
import { checkHello, checkServer, createContainerRunner } from './containers/index.ts';
import type { ContainerRunner, ExampleSettings, RunSettings, TestEngine } from './containers/index.ts';
import { applyRule, installedPackages, ROOT_RULES } from './rules/index.ts';
import { parseStructureTest, runStructureTest } from './structure/index.ts';
import type { CommandResult, StructureTest } from './structure/index.ts';

export interface TestDeps {
  /** Has the image of every platform that was built, under its `engineImage`. */
  readonly engine: TestEngine;
  /** Absolute folder with the stack's example files and its unpacked example packages. */
  readonly exampleDir: (entry: CatalogEntry) => Promise<string>;
  /** The image's own checks: text of its stack's `structure-test.yaml`, and its path as the user knows it. */
  readonly structureTest: (
    entry: CatalogEntry,
  ) => Promise<{ readonly file: string; readonly text: string } | undefined>;
  /** Pool of containers. */
  readonly containers: LimitFunction;
  readonly signal: AbortSignal;
}

interface PlatformTest {
  readonly built: BuiltImage;
  readonly platform: BuiltPlatform;
  readonly content: ImageContent;
  readonly structureTest: StructureTest | undefined;
  readonly exampleDir: string;
}

type StructureRun = Pick<RunSettings, 'entrypoint' | 'command' | 'environment' | 'sharedTmp'>;

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
      const content = await readImageContent(built.layoutDir, platform.manifest, deps.signal);
      const subject = { built, platform, content, structureTest, exampleDir };
      reports.push(await testPlatform(subject, runner, deps.containers));
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

async function testPlatform(
  subject: PlatformTest,
  runner: ContainerRunner,
  containers: LimitFunction,
): Promise<PlatformReport> {
  const { example } = subject.built.rendered.locked.entry;
  const settings = exampleSettings(subject);
  const [structure, hello, server] = await Promise.all([
    structureChecks(subject, (run) => containers(() => runner.runToEnd({ ...settings, ...run }))),
    containers(() => checkHello(example.hello, settings, runner)),
    containers(() => checkServer(example.server, settings, runner)),
  ]);
  return {
    checks: [...rootChecks(subject), ...structure, hello, ...server],
    content: toContent(subject),
  };
}

function exampleSettings({ built, platform, exampleDir }: PlatformTest): ExampleSettings {
  const { user } = built.rendered.locked.entry.config;
  return { platform: platform.platform, image: platform.engineImage, user, exampleDir };
}

function rootChecks({ built, platform, content }: PlatformTest): readonly CheckResult[] {
  const { entry, lock } = built.rendered.locked;
  const subject = {
    platform: platform.platform,
    root: content.root,
    config: content.config,
    packages: lockedPackages(lock, platform.platform),
    accounts: entry.config.accounts,
    user: entry.config.user,
    epoch: lock.epoch,
  };
  return ROOT_RULES.filter(({ variants }) => variants.includes(entry.variant)).map((rule) =>
    applyRule(rule, subject),
  );
}

function lockedPackages(lock: Lock, platform: Platform): readonly LockedPackage[] {
  return lock.platforms
    .filter((locked) => locked.platform === platform)
    .flatMap(({ layers }) => layers.flatMap(({ packages }) => packages));
}

/** Commands run in place of the entrypoint, so that a test can name any program of the image. */
async function structureChecks(
  { platform, content, structureTest }: PlatformTest,
  runProgram: (run: StructureRun) => Promise<CommandResult>,
): Promise<readonly CheckResult[]> {
  if (structureTest === undefined) {
    return [];
  }
  return runStructureTest(structureTest, {
    platform: platform.platform,
    ...content,
    runCommand: ({ command: [program = '', ...command], environment, sharedTmp }) =>
      runProgram({
        entrypoint: [program],
        command,
        environment,
        ...(sharedTmp === undefined ? {} : { sharedTmp }),
      }),
  });
}

function toContent({ platform, content: { root } }: PlatformTest): PlatformContent {
  return {
    platform: platform.platform,
    packages: installedPackages(root).map(({ name, version }) => ({ name, version })),
    sizes: { compressed: root.compressedBytes, unpacked: root.unpackedBytes },
  };
}
