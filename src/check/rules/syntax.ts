import type { Dockerfile } from '../../dockerfile/index.ts';
import { instructionsOf } from '../../dockerfile/index.ts';
import { INSTRUCTIONS } from '../../model/index.ts';
import type { Breach, CheckRule } from './rule.ts';

export const SYNTAX_RULES: readonly CheckRule[] = [
  {
    id: 'syntax',
    level: 'error',
    summary: 'The file is a Dockerfile: it has a FROM, and only instructions that Docker knows.',
    help: 'docker build would refuse the file: correct it',
    breaches: mistakes,
  },
];

function mistakes(dockerfile: Dockerfile): Breach[] {
  const known: readonly string[] = INSTRUCTIONS;
  const unknown = instructionsOf(dockerfile).filter(({ keyword }) => !known.includes(keyword));
  return [
    ...(dockerfile.stages.length === 0 ? [{ line: 1, message: 'no FROM is here' }] : []),
    ...unknown.map(({ line, keyword }) => ({ line, message: `unknown instruction "${keyword}"` })),
  ];
}
