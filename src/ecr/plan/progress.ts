import {
  ECR_FIELDS,
  type EcrChange,
  type EcrField,
  type EcrFields,
  type EcrFingerprints,
  type EcrPlanned,
} from '../../model/index.ts';
import { fingerprintsOf, fits, shownBy } from './same.ts';

/** A resource that a plan changes. */
export type PlannedWork = Extract<EcrPlanned, { readonly action: 'create' | 'change' }>;

/** What is left to do of it; or that it is neither as it was when the plan was made, nor on the plan's way. */
export type Progress =
  | { readonly kind: 'left'; readonly changes: readonly EcrChange[] }
  | { readonly kind: 'moved'; readonly why: string };

/** Fields that CreateRepository sets at once. */
const SET_BY_CREATING: ReadonlySet<EcrField> = new Set(['encryption', 'mutability', 'tags']);

/** @param actual absent where there is no such repository */
export function progressOf(planned: PlannedWork, actual: EcrFields | undefined): Progress {
  return planned.action === 'create' ? progressOfNew(planned, actual) : progressOfOld(planned, actual);
}

function progressOfNew({ changes }: PlannedWork, actual: EcrFields | undefined): Progress {
  if (actual === undefined) {
    return { kind: 'left', changes };
  }
  const left = changes.filter(({ field }) => actual[field] === undefined);
  const other = changes.filter(
    ({ field, to }) =>
      !fits(field, actual[field], to) && (actual[field] !== undefined || SET_BY_CREATING.has(field)),
  );
  return other.length === 0
    ? { kind: 'left', changes: left }
    : { kind: 'moved', why: moved('is there', other) };
}

function progressOfOld(
  { changes, fingerprints }: Extract<PlannedWork, { readonly action: 'change' }>,
  actual: EcrFields | undefined,
): Progress {
  if (actual === undefined) {
    return { kind: 'moved', why: 'is gone' };
  }
  const left = changes.filter(({ field, to }) => !fits(field, actual[field], to));
  const done = new Set(changes.filter((change) => !left.includes(change)).map(({ field }) => field));
  const now = fingerprintsOf(actual);
  const other = ECR_FIELDS.filter((field) => !done.has(field) && now[field] !== fingerprints[field]);
  return other.length === 0
    ? { kind: 'left', changes: left }
    : {
        kind: 'moved',
        why: `has changed: ${other.map((field) => step(field, fingerprints, now)).join('; ')}`,
      };
}

/** `tags {"a":"1"} → {"a":"2"}`, or `policy`, which is long. */
function step(field: EcrField, before: EcrFingerprints, now: EcrFingerprints): string {
  const values = [before, now].map(({ [field]: value }) => (value === undefined ? 'none' : shownBy(value)));
  return values.includes(undefined) ? field : `${field} ${values.join(' → ')}`;
}

function moved(verb: string, changes: readonly EcrChange[]): string {
  return `${verb}, with other ${changes.map(({ field }) => field).join(', ')}`;
}
