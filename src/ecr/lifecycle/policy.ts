/** Wire names of ECR's lifecycle policies: user guide, "Lifecycle policy properties in Amazon ECR". */
export const TAG_STATUSES = ['any', 'tagged', 'untagged'] as const;
export const STORAGE_CLASSES = ['standard', 'archive'] as const;
export const COUNT_TYPES = [
  'imageCountMoreThan',
  'sinceImagePushed',
  'sinceImagePulled',
  'sinceImageTransitioned',
] as const;

export type StorageClass = (typeof STORAGE_CLASSES)[number];
export type CountType = (typeof COUNT_TYPES)[number];

export interface LifecycleSelection {
  readonly tagStatus: (typeof TAG_STATUSES)[number];
  /** Of `tagged`, one of the two lists: an image needs, for each entry, a tag that matches it. */
  readonly tagPrefixList?: readonly string[];
  /** `*` for any characters, at most four. */
  readonly tagPatternList?: readonly string[];
  /** Absent: standard. */
  readonly storageClass?: StorageClass;
  readonly countType: CountType;
  /** Images, or days. */
  readonly countNumber: number;
  /** Of every count type that counts days. */
  readonly countUnit?: 'days';
}

export type LifecycleAction =
  { readonly type: 'expire' } | { readonly type: 'transition'; readonly targetStorageClass: 'archive' };

export interface LifecycleRule {
  /** The lowest is applied first. */
  readonly rulePriority: number;
  readonly description?: string;
  readonly selection: LifecycleSelection;
  readonly action: LifecycleAction;
}

/** What PutLifecyclePolicy takes, as JSON text. */
export interface LifecyclePolicy {
  readonly rules: readonly LifecycleRule[];
}

/** Amazon ECR service quotas: rules per lifecycle policy. */
export const MAX_RULES = 50;
/** API reference, PutLifecyclePolicy: length of `lifecyclePolicyText`. */
export const POLICY_LENGTH = { min: 100, max: 30_720 } as const;
export const MAX_WILDCARDS = 4;
/** What is in the archive is paid for that long, and no rule removes it before. */
export const MIN_ARCHIVE_DAYS = 90;

export function storageClassOf({ selection }: LifecycleRule): StorageClass {
  return selection.storageClass ?? 'standard';
}

/** In the order they are applied. */
export function byPriority(rules: readonly LifecycleRule[]): readonly LifecycleRule[] {
  return rules.toSorted((a, b) => a.rulePriority - b.rulePriority);
}

/** The text that is sent: the same policy gives the same text. */
export function lifecyclePolicyText({ rules }: LifecyclePolicy): string {
  return JSON.stringify({ rules: byPriority(rules) });
}
