import { PassThrough } from 'node:stream';
import type { Surroundings } from '../../src/cli/index.ts';
import { openEcr, openEcrView } from '../../src/cli/open-ecr.ts';
import { openLifecycle } from '../../src/cli/open-lifecycle.ts';
import { runCli } from '../../src/cli/index.ts';
import type { Reproducer } from '../../src/cli/factory.ts';
import type { HadolintAnswer } from '../../src/cli/run-hadolint.ts';
import type { Factory, FactoryRequest, LocalServices, NightlyRequest, Openers } from '../../src/cli/index.ts';
import type { TrustChoice } from '../../src/cli/trust-choice.ts';
import type { Verifier, VerifierRequest } from '../../src/cli/verifier.ts';
import type { Due, ImageId, ImageOutcome, ImagePlan } from '../../src/model/index.ts';
import type { Verification } from '../../src/verify/index.ts';
import { reproduction, rolledBack } from './releases.ts';
import { BUILD_ID, DIGEST, imageRun, publishedScan, releasedOutcome } from './runs.ts';
import { comparedImages, shownImage } from './inspected.ts';

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What was asked of pipeline and local services, in order. */
  readonly asked: readonly string[];
}

export interface CliOptions {
  readonly cwd: string;
  readonly outcomeOf?: (id: string) => ImageOutcome;
  readonly planOf?: (id: ImageId) => ImagePlan;
  readonly relockImages?: Openers['relockImages'];
  readonly failWith?: Error;
  readonly signal?: AbortSignal;
  readonly startedAt?: Date;
  readonly hadolint?: HadolintAnswer;
  readonly verificationOf?: (name: string) => Verification;
  readonly auditGaps?: readonly string[];
}

export const FIRST: Due = { reasons: [{ kind: 'first-release' }], expected: 'change' };

/** Runs a command line on a factory that only notes what is asked of it. */
export async function runFakeCli(argv: readonly string[], options: CliOptions): Promise<CliResult> {
  const asked: string[] = [];
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const surroundings: Surroundings = {
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    environment: {},
    cwd: options.cwd,
    startedAt: options.startedAt ?? new Date('2026-11-23T21:45:30Z'),
    signal: options.signal ?? new AbortController().signal,
  };
  const exitCode = await runCli(argv, surroundings, {
    openFactory: async (request) => fakeFactory(request, options, asked),
    relockTools: async () => {
      asked.push('lock tools');
      return [{ name: 'toolbox', file: 'locks/toolbox.json', changes: ['sed 4.8-1 → 4.9-2'] }];
    },
    relockImages: async (request) => {
      asked.push(`lock ${request.entries.map(({ id }) => id).join(' ')}`);
      return (
        options.relockImages?.(request) ??
        request.entries.map(({ id }) => ({
          kind: 'unchanged',
          id,
          file: `locks/${id}.json`,
          notices: [],
        }))
      );
    },
    scanReleases: async ({ names, target }) => {
      asked.push(`scan ${names.join(' ')} on ${target.name}`);
      return names.map(publishedScan);
    },
    openLocal: async () => fakeLocal(asked),
    // the real one: what it talks to is a server of the test
    openEcr: async (request) => openEcr(request),
    openEcrView: async (request) => openEcrView(request),
    openLifecycle: async (request) => openLifecycle(request),
    openReproducer: async ({ name, target, trust }) =>
      fakeReproducer(`${name} ${target.name}${keyText(trust)}`, asked),
    openVerifier: async (request) => fakeVerifier(request, options, asked),
    showImage: async ({ name, platform, trust }) => {
      asked.push(`show ${name} ${platform ?? ''}`.trim() + keyText(trust));
      return shownImage();
    },
    diffImages: async ({ before, after, platform, trust }) => {
      asked.push(
        `diff ${JSON.stringify(before)} ${JSON.stringify(after)} ${platform ?? ''}`.trim() + keyText(trust),
      );
      return comparedImages();
    },
    runHadolint: async (files) => {
      asked.push(`hadolint ${files.join(' ')}`);
      return options.hadolint ?? { run: { kind: 'ran', version: '2.15.1' }, findings: [] };
    },
  });
  return { exitCode, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? ''), asked };
}

/** Nothing where the target's keys count. */
function keyText({ key }: TrustChoice): string {
  return key.kind === 'target' ? '' : ` by ${JSON.stringify(key)}`;
}

function fakeVerifier(
  { names, target, trust }: VerifierRequest,
  { verificationOf, auditGaps = [] }: CliOptions,
  asked: string[],
): Verifier {
  return {
    async verify({ newest, maxScanAgeHours, requiredScanners }) {
      asked.push(
        `verify ${names.join(' ')} ${JSON.stringify({ target: target.name, trust, newest, maxScanAgeHours, requiredScanners })}`,
      );
      return names.map((name) => verificationOf?.(name) ?? { reference: name, identity: 'key', checks: [] });
    },
    async audit({ images, period: { since, until } }) {
      const ids = images.map(({ image }) => image);
      asked.push(`audit ${ids.join(' ')} ${since.toISOString()} ${until.toISOString()}`);
      return {
        since: since.toISOString(),
        until: until.toISOString(),
        identity: 'key',
        images: ids,
        releases: [],
        decisions: [],
        gaps: auditGaps,
      };
    },
    async [Symbol.asyncDispose]() {
      asked.push('close');
    },
  };
}

function fakeFactory(request: FactoryRequest, options: CliOptions, asked: string[]): Factory {
  const { target, emit, startedAt } = request;
  const outcomeOf = options.outcomeOf ?? ((id) => releasedOutcome(id as ImageOutcome['id']));
  asked.push(`open ${target.name}${request.locked === true ? ' locked' : ''}`);
  return {
    async nightly({ entries, runId, platforms }: NightlyRequest) {
      asked.push(`nightly ${entries.map((entry) => entry.id).join(' ')} ${JSON.stringify({ platforms })}`);
      if (options.failWith !== undefined) {
        throw options.failWith;
      }
      emit({ kind: 'run-started', runId, images: entries.map((entry) => entry.id), target: target.name });
      return {
        runId,
        startedAt: startedAt.toISOString(),
        finishedAt: startedAt.toISOString(),
        target: target.name,
        images: entries.map((entry) => imageRun(entry, outcomeOf(entry.id))),
      };
    },
    async plan(entries) {
      asked.push(`plan ${entries.map((entry) => entry.id).join(' ')}`);
      entries.forEach(({ id }) =>
        emit({ kind: 'stage-ended', image: id, stage: 'resolve', ms: 1, note: '' }),
      );
      const planOf =
        options.planOf ?? ((id) => ({ id, action: 'build', due: FIRST, buildId: BUILD_ID, moved: [] }));
      return entries.map(({ id }) => planOf(id));
    },
    async status(entries) {
      asked.push(`status ${entries.map((entry) => entry.id).join(' ')}`);
      return entries.map(({ id }) => ({ id, ref: { repository: `registry.example/${id}`, digest: DIGEST } }));
    },
    async rollback({ track, ...wanted }) {
      asked.push(`rollback ${track.id} ${JSON.stringify(wanted)}`);
      return rolledBack(track.id);
    },
    async [Symbol.asyncDispose]() {
      asked.push('close');
    },
  };
}

function fakeReproducer(name: string, asked: string[]): Reproducer {
  return {
    async reproduce() {
      asked.push(`reproduce ${name}`);
      return reproduction(name.startsWith('node'));
    },
    async export(folder) {
      asked.push(`export ${name} to ${folder}`);
      return [`${folder}/build-linux-amd64.sh`];
    },
    async [Symbol.asyncDispose]() {
      asked.push('close');
    },
  };
}

function fakeLocal(asked: string[]): LocalServices {
  return {
    async start() {
      asked.push('start');
      return '127.0.0.1:5000';
    },
    async stop() {
      asked.push('stop');
      return true;
    },
    async findEmulation() {
      asked.push('find emulation');
      return undefined;
    },
    async addEmulation() {
      asked.push('add emulation');
      const interpreter = '/qemu-aarch64';
      return { platform: 'linux/arm64', name: 'ingot-qemu-aarch64', interpreter, isOurs: true };
    },
    async removeEmulation() {
      asked.push('remove emulation');
      return ['ingot-qemu-aarch64'];
    },
    async load(entry) {
      asked.push(`load ${entry.id}`);
      return `golden/${entry.repository}:${entry.track}`;
    },
    async clean() {
      asked.push('clean');
      return 1_500_000_000;
    },
  };
}
