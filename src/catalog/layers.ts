import { InternalError, type ImageConfig, type Stack } from '../model/index.ts';
import { toArtifactRequest } from './artifact-schema.ts';
import { CONFIG_DEFAULTS, NONROOT, ROOT } from './defaults.ts';
import type { ImageFile } from './schema.ts';
import type { DevFile, StackFile } from './stack-schema.ts';

/** A stack with every `{{tag}}` filled. */
export interface FilledStack extends StackFile {
  readonly folder: string;
  readonly root: string;
  readonly files: Stack['files'];
  readonly exampleDockerfile: string | undefined;
  /** Texts of the files that `certificates` names. */
  readonly certificateTexts: readonly string[];
  /** What `withRepositories` makes of their names. */
  readonly apt?: NonNullable<Stack['repositories']>;
  /** What `withSettings` makes of them. */
  readonly authorities?: NonNullable<Stack['certificates']>;
}

type Track = ImageFile['tracks'][number];

/** Packages of the track go into the top layer: the lower ones stay the same for all images. */
export function toStacks(chain: readonly FilledStack[], track: Track): readonly Stack[] {
  return chain.map((stack) => {
    const packages = stack === chain.at(-1) ? [...stack.packages, ...track.packages] : stack.packages;
    return toStack({ ...stack, packages }, { isInstalled: false });
  });
}

/**
 * A dev image has the runtime image's own layers on top of what dpkg installed, so that every file of the runtime
 * image is in it with the same bytes.
 */
export function devStacks(
  chain: readonly FilledStack[],
  system: readonly FilledStack[],
  track: Track,
): readonly Stack[] {
  const devs = chain.flatMap(({ dev }) => dev ?? []);
  const top = chain.at(-1);
  if (top === undefined) {
    throw new InternalError('a dev image without a stack passed the rules');
  }
  const packages = {
    ...NOTHING,
    apt: chain.flatMap(({ apt = [] }) => apt),
    name: `${top.name}-dev`,
    folder: top.folder,
    root: top.root,
    packages: devs.flatMap((dev) => dev.packages),
    exclude: devs.flatMap((dev) => dev.exclude),
    drop: devs.flatMap((dev) => dev.drop),
  };
  const tools = {
    ...packages,
    ...NOTHING,
    name: `${top.name}-tools`,
    artifacts: devs.flatMap((dev) => dev.artifacts),
    links: Object.assign({}, ...devs.map(({ links }) => links)) as DevFile['links'],
    steps: devs.flatMap(({ steps }) => steps),
  };
  const hasTools = tools.artifacts.length + tools.steps.length + Object.keys(tools.links).length > 0;
  return [
    ...[...system, packages].map((stack) => toStack(stack, { isInstalled: true })),
    ...(hasTools ? [toStack(tools, { isInstalled: false })] : []),
    ...toStacks(chain, track),
  ];
}

/** What decides over a dev image's configuration: the runtime's, then Debian's own, then what the stacks add. */
export function withDev(
  chain: readonly FilledStack[],
  system: readonly FilledStack[],
): readonly Configuring[] {
  const locale = nearest(chain, (stack) => stack.locale);
  const language = locale === undefined ? [] : [{ environment: { LANG: locale } }];
  return [...chain, ...system, ...language, ...chain.flatMap(({ dev }) => dev ?? [])];
}

const NOTHING = {
  apt: [],
  packages: [],
  exclude: [],
  artifacts: [],
  drop: [],
  links: {},
  steps: [],
  reads: [],
  files: {},
};

type Layer = Pick<
  FilledStack,
  | 'name'
  | 'folder'
  | 'root'
  | 'packages'
  | 'exclude'
  | 'artifacts'
  | 'drop'
  | 'links'
  | 'steps'
  | 'reads'
  | 'files'
> &
  Partial<Pick<FilledStack, 'apt' | 'authorities' | 'locale'>>;

function toStack({ apt = [], ...stack }: Layer, { isInstalled }: Pick<Stack, 'isInstalled'>): Stack {
  return {
    name: stack.name,
    folder: stack.folder,
    root: stack.root,
    packages: [...new Set(stack.packages)],
    exclude: stack.exclude,
    artifacts: stack.artifacts.map(toArtifactRequest),
    drop: stack.drop,
    links: Object.entries(stack.links).map(([path, target]) => ({ path, target })),
    steps: stack.steps,
    reads: stack.reads,
    files: stack.files,
    ...(apt.length === 0 ? {} : { repositories: apt }),
    ...(stack.authorities === undefined ? {} : { certificates: stack.authorities }),
    ...(stack.locale === undefined ? {} : { locale: stack.locale }),
    isInstalled,
  };
}

/** What a stack says about the configuration of its images. */
type Configuring = Partial<
  Pick<
    FilledStack,
    'environment' | 'entrypoint' | 'command' | 'workdir' | 'user' | 'accounts' | 'stop-signal'
  >
>;

/** Environments are merged; of everything else the nearest stack that says something decides. */
export function toConfig(chain: readonly Configuring[], track: Track): ImageConfig {
  const environments = chain.map(({ environment = {} }) => environment);
  return {
    environment: Object.assign({}, CONFIG_DEFAULTS.environment, ...environments, track.environment) as Record<
      string,
      string
    >,
    entrypoint: nearest(chain, (stack) => stack.entrypoint) ?? CONFIG_DEFAULTS.entrypoint,
    command: nearest(chain, (stack) => stack.command) ?? CONFIG_DEFAULTS.command,
    workdir: nearest(chain, (stack) => stack.workdir) ?? CONFIG_DEFAULTS.workdir,
    user: nearest(chain, (stack) => stack.user) ?? CONFIG_DEFAULTS.user,
    accounts: [ROOT, NONROOT, ...(nearest(chain, (stack) => stack.accounts) ?? [])],
    stopSignal: nearest(chain, (stack) => stack['stop-signal']) ?? CONFIG_DEFAULTS.stopSignal,
  };
}

/** What the last of the stacks says that says anything. */
export function nearest<S, T>(chain: readonly S[], valueOf: (stack: S) => T | undefined): T | undefined {
  return chain.map(valueOf).findLast((value) => value !== undefined);
}
