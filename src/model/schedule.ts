/** When `ingot schedule` runs by itself. */
export interface Schedule {
  /** Five fields, crontab(5), in `timeZone`. */
  readonly cron: string;
  /** `Europe/Berlin`: what a night is where the team lives. */
  readonly timeZone: string;
  /** Up to so many minutes are added, so that not every factory asks a mirror in the same second. */
  readonly jitterMinutes: number;
  /** How often the security archives are asked whether they moved; 0: never. */
  readonly watchMinutes: number;
}

/** Why a run began. */
export const RUN_CAUSES = ['schedule', 'missed', 'security-fix'] as const;
export type RunCause = (typeof RUN_CAUSES)[number];
