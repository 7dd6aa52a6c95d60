import type { BuildStage, Dockerfile } from '../../dockerfile/index.ts';
import { baseOf, expand, stageVariables } from '../../dockerfile/index.ts';
import type { CheckPolicy } from '../policy.ts';
import type { CheckRule, Violation } from './rule.ts';

const USE_NONROOT =
  'end with USER 65532:65532, the user of our images, or leave USER out after an image of the catalog';

export const USER_RULES: readonly CheckRule[] = [
  {
    id: 'root-user',
    level: 'error',
    summary: 'The image does not start as root.',
    help: USE_NONROOT,
    violations: (dockerfile, policy) => problemOf(lastUser(dockerfile, policy), 'root-user'),
  },
  {
    id: 'named-user',
    level: 'error',
    summary: 'The user is a number: Kubernetes cannot tell from a name that it is not root (runAsNonRoot).',
    help: USE_NONROOT,
    violations: (dockerfile, policy) => problemOf(lastUser(dockerfile, policy), 'named-user'),
  },
];

interface LastUser {
  readonly line: number;
  /** Which of the rules it breaks. */
  readonly rule?: 'root-user' | 'named-user';
  readonly message: string;
}

function problemOf(user: LastUser | undefined, rule: LastUser['rule']): Violation[] {
  return user !== undefined && user.rule === rule ? [{ line: user.line, message: user.message }] : [];
}

function lastUser(dockerfile: Dockerfile, policy: CheckPolicy): LastUser | undefined {
  const last = dockerfile.stages.at(-1);
  return last === undefined ? undefined : userOf(last, dockerfile, policy);
}

/** Whom the last USER names; without one, whom the base does. */
function userOf(stage: BuildStage, dockerfile: Dockerfile, policy: CheckPolicy): LastUser {
  const user = stage.instructions.findLast(({ keyword, isTrigger }) => keyword === 'USER' && !isTrigger);
  if (user === undefined) {
    return userOfBase(stage, dockerfile, policy);
  }
  const { text, missing } = expand(user.text, stageVariables(stage, dockerfile, user.line));
  return { line: user.line, ...judged(text.split(':', 1)[0] ?? '', missing) };
}

function judged(name: string, missing: readonly string[]): Omit<LastUser, 'line'> {
  if (missing.length > 0) {
    return { rule: 'named-user', message: `the user is not known: "${missing.join('", "')}" has no value` };
  }
  if (name === 'root' || Number(name) === 0) {
    return { rule: 'root-user', message: `the image starts as root (USER ${name})` };
  }
  return /^\d+$/.test(name)
    ? { message: '' }
    : { rule: 'named-user', message: `expected a number as user, got "${name}"` };
}

function userOfBase(stage: BuildStage, dockerfile: Dockerfile, policy: CheckPolicy): LastUser {
  const { line } = stage.from;
  const base = baseOf(stage, dockerfile);
  switch (base.kind) {
    case 'blank':
      return { line, message: '' };
    case 'stage':
      return userOf(base.stage, dockerfile, policy);
    case 'scratch':
      return {
        line,
        rule: 'root-user',
        message: 'the image starts as root: scratch has no user, and no USER is here',
      };
    case 'image':
      return policy.golden.get(base.repository)?.isNonRoot === true
        ? { line, message: '' }
        : {
            line,
            rule: 'root-user',
            message: `no USER is here, and "${base.repository}" is not known to have one`,
          };
    case 'unresolved':
      return { line, rule: 'root-user', message: 'no USER is here, and the base is not known' };
  }
}
