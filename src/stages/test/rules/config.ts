import type { RootRule, RootSubject } from './rule.ts';

/** Kubernetes' `runAsNonRoot` can only check numbers, and OCI lets a name mean whatever passwd says. */
export const numericUser: RootRule = {
  check: 'config-user',
  expected: 'the numeric user and group of the catalog, not root',
  variants: ['runtime', 'dev'],
  violations: ({ config, user }) => {
    const got = config.config.User ?? '';
    const isRight = got === user && /^[1-9]\d*:[1-9]\d*$/.test(got);
    return isRight ? [] : [got === '' ? 'no user' : got];
  },
};

/** There is no shell to run it. */
export const noShellForm: RootRule = {
  check: 'config-no-shell-form',
  expected: 'entrypoint, command and healthcheck are not in shell form',
  variants: ['runtime'],
  violations: ({ config: { config } }) => [
    ...[config.Entrypoint, config.Cmd].filter(isShellForm).map((words) => words.join(' ')),
    ...(config.Healthcheck?.Test[0] === 'CMD-SHELL' ? [config.Healthcheck.Test.join(' ')] : []),
  ],
};

function isShellForm(words: readonly string[]): boolean {
  return /(^|\/)(sh|bash|dash)$/.test(words[0] ?? '') && words[1] === '-c';
}

/** Dockle's DKL-DI-0002: the engine mounts its own there. */
const ENGINE_FOLDER = /^\/(dev|proc|sys)?(\/|$)/;

export const noEngineVolumes: RootRule = {
  check: 'config-volumes',
  expected: 'no volume at /, /dev, /proc or /sys',
  variants: ['runtime', 'dev'],
  violations: ({ config }) => config.config.Volumes.filter((volume) => ENGINE_FOLDER.test(volume)),
};

/** WORKDIR makes a layer even of a folder that is there already. */
const HARMLESS_LAYER = /^(COPY|WORKDIR) /;

/** Dockle's CIS-DI-0007 and -0009, DKL-DI-0001, -0003 and -0004 look for instructions that cannot be there then. */
export const copiedLayers: RootRule = {
  check: 'config-history',
  expected: 'every layer is copied from a stage, none made by ADD or RUN',
  variants: ['runtime', 'dev'],
  violations: ({ config: { history } }) =>
    history
      .filter(({ empty_layer: isEmpty, created_by: by }) => !isEmpty && !HARMLESS_LAYER.test(by))
      .map(({ created_by: by }) => by),
};

export const createdDate: RootRule = {
  check: 'config-created',
  expected: 'created is SOURCE_DATE_EPOCH',
  variants: ['runtime', 'dev'],
  violations: ({ config: { created }, epoch }) => {
    const isRight = created !== undefined && Date.parse(created) === epoch * 1000;
    return isRight ? [] : [`${created ?? 'none'}, not ${new Date(epoch * 1000).toISOString()}`];
  },
};

export const configPlatform: RootRule = {
  check: 'config-platform',
  expected: 'the platform the index names',
  variants: ['runtime', 'dev'],
  violations: ({ config, platform }: RootSubject) => {
    const got = `${config.os}/${config.architecture}`;
    return got === platform ? [] : [got];
  },
};
