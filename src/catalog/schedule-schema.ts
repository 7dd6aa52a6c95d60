import { z } from 'zod';
import type { Schedule } from '../model/index.ts';
import { timeZone } from './patterns.ts';

/** When `ingot schedule` runs. What a field of the expression may hold, the command itself checks as it starts. */
export const ScheduleFile = z.strictObject({
  cron: z
    .string()
    .regex(/^\S+(?: \S+){4}$/, { error: 'five fields of crontab(5) such as "30 2 * * *"' })
    .default('30 2 * * *')
    .describe('When a run begins, in the time zone below'),
  'time-zone': z.union([z.literal('UTC'), timeZone]).default('UTC'),
  'jitter-minutes': z.int().min(0).max(720).default(10).describe('Up to so many are added'),
  'watch-minutes': z
    .int()
    .min(0)
    .max(1440)
    .default(60)
    .describe('How often the security archives are asked whether they moved; 0: never'),
});

export function toSchedule(file: z.output<typeof ScheduleFile>): Schedule {
  const { cron, 'time-zone': zone, 'jitter-minutes': jitterMinutes, 'watch-minutes': watchMinutes } = file;
  return { cron, timeZone: zone, jitterMinutes, watchMinutes };
}
