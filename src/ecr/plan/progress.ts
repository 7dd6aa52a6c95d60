import type { EcrChange, EcrField, EcrFields, EcrPlanned } from '../../model/index.ts';
import { fingerprintOf, fits } from './same.ts';

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
  { changes, fingerprint }: Extract<PlannedWork, { readonly action: 'change' }>,
  actual: EcrFields | undefined,
): Progress {
  if (actual === undefined) {
    return { kind: 'moved', why: 'is gone' };
  }
  const done = changes.filter(({ field, to }) => fits(field, actual[field], to));
  const before = new Map<string, unknown>(Object.entries(actual));
  for (const { field, from } of done) {
    if (from === undefined) {
      before.delete(field);
    } else {
      before.set(field, from);
    }
  }
  if (fingerprintOf(Object.fromEntries(before)) === fingerprint) {
    return { kind: 'left', changes: changes.filter((change) => !done.includes(change)) };
  }
  const other = changes.filter(
    (change) => !done.includes(change) && !fits(change.field, actual[change.field], change.from),
  );
  return { kind: 'moved', why: moved('has changed', other) };
}

function moved(verb: string, changes: readonly EcrChange[]): string {
  const fields = changes.map(({ field }) => field).join(', ');
  return fields === '' ? verb : `${verb}, with other ${fields}`;
}
