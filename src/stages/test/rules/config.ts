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
