import type { Dockerfile } from '../../dockerfile/index.ts';
import { baseOf, instructionsOf } from '../../dockerfile/index.ts';
import { INSTRUCTIONS } from '../../model/index.ts';
import type { CheckRule, Violation } from './rule.ts';

export const SYNTAX_RULES: readonly CheckRule[] = [
  {
    id: 'syntax',
    level: 'error',
    summary: 'The file is a Dockerfile: it has a FROM, and only what Docker understands.',
    help: 'docker build would refuse the file: correct it',
    violations: mistakes,
  },
];

function mistakes(dockerfile: Dockerfile): Violation[] {
  const known: readonly string[] = INSTRUCTIONS;
  const instructions = instructionsOf(dockerfile);
  const unknown = instructions.filter(({ keyword }) => !known.includes(keyword));
  const blank = dockerfile.stages.filter((stage) => baseOf(stage, dockerfile).kind === 'blank');
  const early = dockerfile.head.filter(({ keyword }) => known.includes(keyword) && keyword !== 'ARG');
  const open = instructions.filter(({ isOpen }) => isOpen);
  return [
    ...(dockerfile.stages.length === 0
      ? [{ line: 1, message: 'no FROM is here' }]
      : early.map(({ line, keyword }) => ({ line, message: `${keyword} stands before the first FROM` }))),
    ...blank.map(({ from }) => ({ line: from.line, message: 'FROM names no image' })),
    ...open.map(({ line, keyword }) => ({ line, message: `the heredoc of ${keyword} has no end` })),
    ...unknown.map(({ line, keyword }) => ({ line, message: `unknown instruction "${keyword}"` })),
  ];
}
