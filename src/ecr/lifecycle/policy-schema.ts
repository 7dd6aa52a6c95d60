import { z } from 'zod';
import { COUNT_TYPES, STORAGE_CLASSES, TAG_STATUSES } from './policy.ts';

const TagList = z.array(z.string().min(1)).min(1);

const Selection = z.strictObject({
  tagStatus: z.enum(TAG_STATUSES),
  tagPrefixList: TagList.exactOptional(),
  tagPatternList: TagList.exactOptional(),
  storageClass: z.enum(STORAGE_CLASSES).exactOptional(),
  countType: z.enum(COUNT_TYPES),
  countNumber: z.int().min(1),
  countUnit: z.literal('days').exactOptional(),
});

const Action = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('expire') }),
  z.strictObject({ type: z.literal('transition'), targetStorageClass: z.literal('archive') }),
]);

/** The shape alone: what rules may not say together, `ruleProblems` tells. */
export const LifecyclePolicySchema = z.strictObject({
  rules: z.array(
    z.strictObject({
      rulePriority: z.int().min(1),
      description: z.string().exactOptional(),
      selection: Selection,
      action: Action,
    }),
  ),
});
