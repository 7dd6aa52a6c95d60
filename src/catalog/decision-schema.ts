import { z } from 'zod';
import type { Decision } from '../model/index.ts';
import { imagePattern, isoDate } from './patterns.ts';
import { schemaLink } from './schema.ts';
import type { WrittenFile } from './written-file.ts';

/** What every exception says, whatever it allows. */
const common = {
  $schema: schemaLink,
  target: imagePattern.describe('Ids of the images it is for, with * for any characters'),
  owner: z.string().min(1).describe('Who answers for it: an address or a group'),
  reason: z.string().min(1).describe('Why, for the reviewer and for whoever reads the report'),
  expires: isoDate.describe('The last day it counts'),
};

/** `decisions/<name>.json`: one exception from policy, reviewed like code. A further kind is a further member. */
export type DecisionFile = z.output<typeof DecisionFile>;
export const DecisionFile = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('extend').describe('Releases images past their end of life'),
      ...common,
    }),
  ],
  { error: '"extend"' },
);

export function toDecision({ file, value }: WrittenFile<DecisionFile>): Decision {
  const { kind, target, owner, reason, expires } = DecisionFile.parse(value);
  return { file, kind, target, owner, reason, expires };
}
