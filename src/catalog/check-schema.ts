import { RE2JS } from 're2js';
import { z } from 'zod';
import {
  CHECK_LEVELS,
  CHECK_RULES,
  INSTRUCTIONS,
  type CheckRuleId,
  type CheckSettings,
} from '../model/index.ts';
import { basePattern, name, registryPath } from './patterns.ts';

const OwnRuleFile = z.strictObject({
  id: name.refine((id) => !CHECK_RULES.some((ours) => ours === id), {
    error: "an id that is not one of ingot's own rules",
  }),
  instruction: z.enum(INSTRUCTIONS).describe('Whose arguments are looked at'),
  pattern: z
    .string()
    .min(1)
    .refine(isRe2, { error: 'a regular expression that RE2 understands' })
    .describe('RE2, found anywhere in the arguments'),
  message: z.string().min(1).describe('What is wrong'),
  help: z.string().min(1).describe('What to do instead'),
  level: z.enum(['error', 'warning']).default('error'),
});

const levels = Object.fromEntries(
  CHECK_RULES.map((rule) => [rule, z.enum(CHECK_LEVELS).optional()]),
) as Record<CheckRuleId, z.ZodOptional<z.ZodEnum<{ error: 'error'; warning: 'warning'; off: 'off' }>>>;

/** `check` in `catalog.json`: what `ingot check` demands of users' Dockerfiles. */
export type CheckFile = z.output<typeof CheckFile>;
export const CheckFile = z.strictObject({
  registries: z
    .array(registryPath)
    .default([])
    .describe("Where this catalog's images are served besides the targets, such as a mirror"),
  bases: z
    .array(basePattern)
    .default([])
    .describe('Further repositories that Dockerfiles may build from; * stands for anything'),
  levels: z.strictObject(levels).default({}).describe('What each rule of ingot counts as'),
  rules: z.array(OwnRuleFile).default([]).describe("Rules of the organisation's own"),
});

export function toCheckSettings({ registries, bases, levels: written, rules }: CheckFile): CheckSettings {
  const set = Object.entries(written).filter(([, level]) => level !== undefined);
  return { registries, bases, levels: Object.fromEntries(set), rules };
}

function isRe2(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}
