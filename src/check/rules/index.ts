import { BASE_RULES } from './bases.ts';
import { COMMAND_RULES } from './commands.ts';
import type { CheckRule } from './rule.ts';
import { SECRET_RULES } from './secrets.ts';
import { SYNTAX_RULES } from './syntax.ts';
import { USER_RULES } from './user.ts';

export type { CheckRule, Violation } from './rule.ts';

/** Everything we demand of a Dockerfile by ourselves; what its comments ask to ignore is judged after it. */
export const RULES: readonly CheckRule[] = [
  ...SYNTAX_RULES,
  ...BASE_RULES,
  ...USER_RULES,
  ...SECRET_RULES,
  ...COMMAND_RULES,
];
