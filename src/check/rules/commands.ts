import type { Dockerfile, Expanded, Instruction } from '../../dockerfile/index.ts';
import { expand, instructionsOf, mountOption, stageVariables, wordsOf } from '../../dockerfile/index.ts';
import type { Pipeline, ShellCommand } from '../shell.ts';
import { isShell, jsonWords, operandIndex, pipelinesIn, programOf } from '../shell.ts';
import type { CheckRule, Violation } from './rule.ts';

export const COMMAND_RULES: readonly CheckRule[] = [
  {
    id: 'apt-upgrade',
    level: 'error',
    summary: 'Packages are installed after an update and upgrade in the same RUN.',
    help: 'write RUN apt-get update && apt-get upgrade -y && apt-get install -y --no-install-recommends …',
    violations: (dockerfile) => inRuns(dockerfile, missingUpgrade),
  },
  {
    id: 'apt-cleanup',
    level: 'error',
    summary: "apt's lists do not stay in the layer.",
    help: 'end the RUN with rm -rf /var/lib/apt/lists/*, or mount --mount=type=cache,target=/var/lib/apt,sharing=locked',
    violations: (dockerfile) => inRuns(dockerfile, missingCleanup),
  },
  {
    id: 'add-url',
    level: 'error',
    summary: 'ADD takes nothing from the network that no checksum vouches for.',
    help: 'write ADD --checksum=sha256:…, or fetch it before the build and COPY it',
    violations: addedUrls,
  },
  {
    id: 'pipe-to-shell',
    level: 'error',
    summary: 'No download is run before it was verified.',
    help: 'download it, check its digest or signature, then run it; or take a package instead',
    violations: (dockerfile) => inRuns(dockerfile, pipedToShell),
  },
];

type RunCheck = (pipelines: readonly Pipeline[], run: Instruction) => string | undefined;

function inRuns(dockerfile: Dockerfile, check: RunCheck): Violation[] {
  return instructionsOf(dockerfile)
    .filter(({ keyword }) => keyword === 'RUN')
    .flatMap((run) => {
      const message = check(pipelinesIn(run), run);
      return message === undefined ? [] : [{ line: run.line, message }];
    });
}

const UPGRADES = ['upgrade', 'dist-upgrade', 'full-upgrade', 'safe-upgrade'];

const missingUpgrade: RunCheck = (pipelines) => {
  const steps = aptSteps(pipelines);
  const before = steps.slice(0, Math.max(0, steps.indexOf('install')));
  const sinceUpdate = before.includes('update') ? before.slice(before.indexOf('update')) : [];
  const isUpgraded = sinceUpdate.some((step) => UPGRADES.includes(step));
  const missing = [...(sinceUpdate.length > 0 ? [] : ['update']), ...(isUpgraded ? [] : ['upgrade'])];
  return !steps.includes('install') || missing.length === 0
    ? undefined
    : `apt installs packages without ${missing.join(' and ')} before it in the same RUN`;
};

const missingCleanup: RunCheck = (pipelines, { flags }) => {
  const steps = aptSteps(pipelines);
  const isMounted = flags.some(({ name, value }) => name === 'mount' && holdsAptLists(value));
  const isRemoved = steps.lastIndexOf(REMOVAL) > steps.lastIndexOf('update');
  return steps.includes('update') && !isMounted && !isRemoved ? "apt's lists stay in the layer" : undefined;
};

const APT_LISTS = /^\/var\/lib\/(?:apt(?:\/(?:lists(?:\/\*?)?)?)?)?$/;

function holdsAptLists(mount: string): boolean {
  const target =
    mountOption(mount, 'target') ?? mountOption(mount, 'dst') ?? mountOption(mount, 'destination') ?? '';
  return /^(?:cache|tmpfs)$/.test(mountOption(mount, 'type') ?? 'bind') && APT_LISTS.test(target);
}

/** Of apt's lists. */
const REMOVAL = 'rm';

/** What apt is told to do, `update` or `install`, and where its lists are removed, in order. */
function aptSteps(pipelines: readonly Pipeline[]): readonly string[] {
  return pipelines.flat().flatMap((command) => {
    const { name = '', args = [] } = programOf(command) ?? {};
    if (['apt', 'apt-get', 'aptitude'].includes(name)) {
      // apt-get(8): -o, -t and -c take the next word
      return args[operandIndex(args, /^-\w*[otc]$/)] ?? [];
    }
    return name === 'rm' && args.some((arg) => APT_LISTS.test(arg)) ? [REMOVAL] : [];
  });
}

/** Dockerfile reference "ADD": URLs of files and of git repositories. */
const REMOTE = /^(?:(?:https?|git|ssh):\/\/|git@)/i;

function addedUrls(dockerfile: Dockerfile): Violation[] {
  return dockerfile.stages.flatMap((stage) =>
    stage.instructions
      .filter(({ keyword, flags }) => keyword === 'ADD' && !flags.some(({ name }) => name === 'checksum'))
      .flatMap(({ text, line }) => {
        const variables = stageVariables(stage, dockerfile, line);
        const sources = (jsonWords(text) ?? wordsOf(text)).slice(0, -1);
        const message = sources.map((source) => whyRemote(expand(source, variables))).find(Boolean);
        return message === undefined ? [] : [{ line, message }];
      }),
  );
}

function whyRemote({ text, missing: [variable] }: Expanded): string | undefined {
  if (REMOTE.test(text)) {
    return 'ADD takes a file from the network without a checksum';
  }
  return variable !== undefined && text.startsWith('$')
    ? `ADD takes a file from a place that is not known: "${variable}" has no value`
    : undefined;
}

const DOWNLOADERS = new Set(['curl', 'wget', 'fetch', 'aria2c']);

/** `curl … | sh`, `sh -c "$(curl …)"`, `bash <(curl …)` */
const pipedToShell: RunCheck = (pipelines) => {
  const found = pipelines.find(
    (pipeline) => feedsInterpreter(pipeline) || pipeline.some(substitutesDownload),
  );
  return found === undefined ? undefined : 'a download is handed to an interpreter unverified';
};

function feedsInterpreter(pipeline: Pipeline): boolean {
  const programs = pipeline.map((command) => programOf(command)?.name ?? '');
  const download = programs.findIndex((name) => DOWNLOADERS.has(name));
  return download !== -1 && programs.slice(download + 1).some(isInterpreter);
}

function substitutesDownload(command: ShellCommand): boolean {
  const { name = '', args = [] } = programOf(command) ?? {};
  const isRun = isInterpreter(name) || ['eval', 'source', '.'].includes(name);
  return isRun && args.some((arg) => /(?:[$<]\(|`)\s*(?:curl|wget)\b/.test(arg));
}

function isInterpreter(program: string): boolean {
  return isShell(program) || /^(?:python|perl|ruby|node|php)[\d.]*$/.test(program);
}
