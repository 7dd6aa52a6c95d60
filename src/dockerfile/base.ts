import type { BuildStage, Dockerfile } from './dockerfile.ts';
import { expand, stageVariables } from './variables.ts';

/** What FROM, `COPY --from` or `RUN --mount=from` names. */
export type Base =
  | { readonly kind: 'blank' }
  | { readonly kind: 'scratch' }
  | { readonly kind: 'stage'; readonly stage: BuildStage }
  | ImageBase
  | UnresolvedBase;

export interface ImageBase {
  readonly kind: 'image';
  /** As it is pulled, host first: `registry.example.com/golden/python`, `docker.io/library/node`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  /** The tag comes from an ARG's default, which a build may replace. */
  readonly isTagDefault: boolean;
  /** With its variables filled, for messages. */
  readonly text: string;
}

/** Variables of it have no value. */
export interface UnresolvedBase {
  readonly kind: 'unresolved';
  readonly missing: readonly string[];
  /** As far as its variables are known. */
  readonly text: string;
}

/** One place where the file takes an image or a stage. */
export interface BaseUse {
  readonly line: number;
  readonly base: Base;
}

const DOCKER_HUB = 'docker.io';
const HUB_HOSTS = new Set([DOCKER_HUB, 'index.docker.io', 'registry-1.docker.io']);

export function isOnDockerHub({ repository }: ImageBase): boolean {
  return repository.startsWith(`${DOCKER_HUB}/`);
}

/** Everything the file builds from or copies from, in its order. */
export function baseUses(dockerfile: Dockerfile): readonly BaseUse[] {
  return dockerfile.stages.flatMap((stage) => [
    { line: stage.from.line, base: baseOf(stage, dockerfile) },
    ...copiedFrom(stage, dockerfile),
  ]);
}

/** What the stage is built from; only stages above it have names for it. */
export function baseOf(stage: BuildStage, dockerfile: Dockerfile): Base {
  const above = dockerfile.stages.slice(0, dockerfile.stages.indexOf(stage));
  const { text, missing } = expand(stage.image, dockerfile.globals);
  if (missing.length > 0) {
    return { kind: 'unresolved', missing, text };
  }
  if (text === '' || text === 'scratch') {
    return { kind: text === '' ? 'blank' : 'scratch' };
  }
  return stageNamed(text, above) ?? parseImage(text, stage.image);
}

function copiedFrom(stage: BuildStage, dockerfile: Dockerfile): BaseUse[] {
  return stage.instructions.flatMap(({ line, flags }) =>
    flags.flatMap(({ name, value }) => {
      const written = name === 'from' ? value : mountOption(value, 'from');
      if (written === undefined || !['from', 'mount'].includes(name)) {
        return [];
      }
      const { text, missing } = expand(written, stageVariables(stage, dockerfile, line));
      if (text === '') {
        return []; // the build context
      }
      const base: Base =
        missing.length > 0
          ? { kind: 'unresolved', missing, text }
          : (stageAt(text, dockerfile) ?? stageNamed(text, dockerfile.stages) ?? parseImage(text, written));
      return [{ line, base }];
    }),
  );
}

/** `type=cache,target=/root/.cache` → the value of one key. */
export function mountOption(mount: string, key: string): string | undefined {
  const pairs = mount.split(',').map((pair) => pair.split('='));
  return pairs.find(([name]) => name === key)?.[1];
}

function stageNamed(text: string, stages: readonly BuildStage[]): Base | undefined {
  const stage = stages.findLast(({ name }) => name === text.toLowerCase());
  return stage === undefined ? undefined : { kind: 'stage', stage };
}

/** `COPY --from=0` */
function stageAt(text: string, { stages }: Dockerfile): Base | undefined {
  const stage = /^\d+$/.test(text) ? stages[Number(text)] : undefined;
  return stage === undefined ? undefined : { kind: 'stage', stage };
}

/** As Docker fills a short name: github.com/distribution/reference, "normalize.go". */
export function parseImage(text: string, written = text): ImageBase {
  const [named = '', digest] = text.split('@', 2);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  return {
    kind: 'image',
    repository: fullName(hasTag ? named.slice(0, colon) : named),
    tag,
    digest,
    // Written out, the tag stands behind a colon; from a variable it does not.
    isTagDefault: tag !== undefined && !written.includes(`:${tag}`),
    text,
  };
}

function fullName(name: string): string {
  const [first = '', ...rest] = name.split('/');
  const isHost = rest.length > 0 && /[.:A-Z]|^localhost$/.test(first);
  if (isHost && !HUB_HOSTS.has(first)) {
    return name;
  }
  const onHub = isHost ? rest.join('/') : name;
  return `${DOCKER_HUB}/${onHub.includes('/') ? onHub : `library/${onHub}`}`;
}
