import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { EcrField, EcrFields, Json } from '../../model/index.ts';
import { policyForm } from './policy-form.ts';

type Value = EcrFields[EcrField];

/** Whether a field is what is wanted of it: no more is asked than is named. */
export function fits(field: EcrField, is: Value, wanted: Value): boolean {
  return textOf(field, narrowed(field, is, wanted)) === textOf(field, wanted);
}

/** Of all fields; the same for what means the same to ECR. */
export function fingerprintOf(fields: EcrFields): string {
  const forms = Object.entries(fields).map(([field, value]) => [field, textOf(field as EcrField, value)]);
  return createHash('sha256')
    .update(canonicalize(Object.fromEntries(forms)) ?? '')
    .digest('hex');
}

/** A key that AWS keeps itself has an ARN too, and whoever else works in the account puts tags of their own. */
function narrowed(field: EcrField, is: Value, wanted: Value): Value {
  if (field === 'encryption' && isKms(is) && isKms(wanted) && wanted.key === undefined) {
    return wanted;
  }
  if (field === 'tags' && typeof is === 'object' && typeof wanted === 'object') {
    const keys = Object.keys(wanted as object);
    return Object.fromEntries(Object.entries(is as object).filter(([key]) => keys.includes(key))) as Value;
  }
  return is;
}

function isKms(value: Value): value is { readonly kind: 'kms'; readonly key?: string } {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'kms';
}

function textOf(field: EcrField, value: Value): string {
  return value === undefined ? '' : (canonicalize(formOf(field, value as Json)) ?? '');
}

/** Lists whose order says nothing are sorted. */
function formOf(field: EcrField, value: Json): Json {
  if (field === 'policy') {
    return policyForm(value);
  }
  return field === 'mutability' || field === 'scanning' ? sortedLists(value) : value;
}

function sortedLists(value: Json): Json {
  if (isList(value)) {
    return value
      .map(sortedLists)
      .map((each) => ({ each, text: canonicalize(each) ?? '' }))
      .sort((a, b) => (a.text < b.text ? -1 : 1))
      .map(({ each }) => each);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sortedLists(each)]));
  }
  return value;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
