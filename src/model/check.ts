/** Our own rules on a user's Dockerfile, in the order of the documentation. `src/check/rules` says what each one is. */
export const CHECK_RULES = [
  'syntax',
  'unresolved-base',
  'docker-hub',
  'unapproved-base',
  'latest-tag',
  'unpinned-base',
  'unpinned-default',
  'scratch-image',
  'syntax-image',
  'root-user',
  'named-user',
  'secret-name',
  'secret-value',
  'apt-upgrade',
  'apt-cleanup',
  'add-url',
  'pipe-to-shell',
  'ignore-reason',
  'ignore-unused',
] as const;
export type CheckRuleId = (typeof CHECK_RULES)[number];

/** What a catalog may make of a rule. */
export const CHECK_LEVELS = ['error', 'warning', 'off'] as const;
export type CheckLevel = (typeof CHECK_LEVELS)[number];

/** Instructions a rule of an organisation can look at: Dockerfile reference 1.x, "Overview". */
export const INSTRUCTIONS = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
] as const;
export type InstructionKeyword = (typeof INSTRUCTIONS)[number];

/** A rule of an organisation's own: an instruction whose arguments match is a finding. */
export interface OwnCheckRule {
  readonly id: string;
  readonly instruction: InstructionKeyword;
  /** RE2, found anywhere in the arguments. */
  readonly pattern: string;
  readonly message: string;
  /** What to do instead. */
  readonly help: string;
  readonly level: Exclude<CheckLevel, 'off'>;
}

/** What the catalog says about users' Dockerfiles. */
export interface CheckSettings {
  /** Where the catalog's images are served besides the targets: `mirror.example.com/golden`. */
  readonly registries: readonly string[];
  /** Further repositories to build from; `*` stands for anything. */
  readonly bases: readonly string[];
  readonly levels: Readonly<Partial<Record<CheckRuleId, CheckLevel>>>;
  readonly rules: readonly OwnCheckRule[];
}

/** One thing found in one Dockerfile, by us or by hadolint. */
export interface CheckFinding {
  readonly tool: 'ingot' | 'hadolint';
  readonly rule: string;
  /** Only hadolint has `info`. */
  readonly level: 'error' | 'warning' | 'info';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
  /** What to do. */
  readonly help: string;
  /** The reason given in the file for leaving it as it is: then it counts for nothing. */
  readonly ignored?: string;
}
