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
    violations: (dockerfile, policy) => usersThatBreak('root-user', dockerfile, policy),
  },
  {
    id: 'named-user',
    level: 'error',
    summary: 'The user is a number: Kubernetes cannot tell from a name that it is not root (runAsNonRoot).',
    help: USE_NONROOT,
    violations: (dockerfile, policy) => usersThatBreak('named-user', dockerfile, policy),
  },
];

interface UserProblem extends Violation {
  readonly rule: 'root-user' | 'named-user';
}

function usersThatBreak(
  rule: UserProblem['rule'],
  dockerfile: Dockerfile,
  policy: CheckPolicy,
): readonly Violation[] {
  const last = dockerfile.stages.at(-1);
  const problem = last && problemOf(last, dockerfile, policy);
  return problem?.rule === rule ? [problem] : [];
}

/** Whom the last USER names; without one, whom the base does. */
function problemOf(stage: BuildStage, dockerfile: Dockerfile, policy: CheckPolicy): UserProblem | undefined {
  const user = stage.instructions.findLast(({ keyword, isTrigger }) => keyword === 'USER' && !isTrigger);
  if (user === undefined) {
    return problemOfBase(stage, dockerfile, policy);
  }
  const { line } = user;
  const { text, missing } = expand(user.text, stageVariables(stage, dockerfile, line));
  if (missing.length > 0) {
    const message = `the user is not known: "${missing.join('", "')}" has no value`;
    return { line, rule: 'named-user', message };
  }
  const [name = ''] = text.split(':', 1);
  if (name === 'root' || Number(name) === 0) {
    return { line, rule: 'root-user', message: `the image starts as root (USER ${name})` };
  }
  return /^\d+$/.test(name)
    ? undefined
    : { line, rule: 'named-user', message: `expected a number as user, got "${name}"` };
}

function problemOfBase(
  stage: BuildStage,
  dockerfile: Dockerfile,
  policy: CheckPolicy,
): UserProblem | undefined {
  const { line } = stage.from;
  const base = baseOf(stage, dockerfile);
  switch (base.kind) {
    case 'blank':
      return undefined;
    case 'stage':
      return problemOf(base.stage, dockerfile, policy);
    case 'scratch': {
      const message = 'the image starts as root: scratch has no user, and no USER is here';
      return { line, rule: 'root-user', message };
    }
    case 'image': {
      const message = `no USER is here, and "${base.repository}" is not known to have one`;
      const isNonRoot = policy.golden.get(base.repository)?.isNonRoot === true;
      return isNonRoot ? undefined : { line, rule: 'root-user', message };
    }
    case 'unresolved':
      return { line, rule: 'root-user', message: 'no USER is here, and the base is not known' };
  }
}
