import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import {
  ECR_FIELDS,
  isJsonList,
  isJsonObject,
  type EcrField,
  type EcrFields,
  type EcrFingerprints,
  type Json,
  type JsonObject,
} from '../../model/index.ts';
import { policyForm } from './policy-form.ts';

type Value = EcrFields[EcrField];

/** Whether a field is what is wanted of it: no more is asked than is named. */
export function fits(field: EcrField, is: Value, wanted: Value): boolean {
  return textOf(field, narrowed(field, is, wanted)) === textOf(field, wanted);
}

/** Longer ones, as policies are, say nothing to a reader at a glance. */
const LONGEST_SHOWN = 300;
const DIGEST = /^[0-9a-f]{64}$/;

/** The same for what means the same to ECR. */
export function fingerprintsOf(fields: EcrFields): EcrFingerprints {
  return Object.fromEntries(
    ECR_FIELDS.map((field) => [field, fingerprintOf(textOf(field, fields[field]))] as const).filter(
      ([, fingerprint]) => fingerprint !== '',
    ),
  );
}

function fingerprintOf(text: string): string {
  return text.length > LONGEST_SHOWN ? createHash('sha256').update(text).digest('hex') : text;
}

/** Undefined where it shows nothing of what it is of. */
export function shownBy(fingerprint: string): string | undefined {
  return DIGEST.test(fingerprint) ? undefined : fingerprint;
}

/** A key that AWS keeps itself has an ARN too, and whoever else works in the account puts tags of their own. */
function narrowed(field: EcrField, is: Value, wanted: Value): Value {
  if (!isObject(is) || !isObject(wanted)) {
    return is;
  }
  if (field === 'encryption' && is['kind'] === 'kms' && wanted['kind'] === 'kms') {
    return wanted['key'] === undefined ? wanted : is;
  }
  return field === 'tags' ? Object.fromEntries(Object.entries(is).filter(([key]) => key in wanted)) : is;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object';
}

/** Of values that are the same object, as a fleet's are, the text is made once. */
const TEXTS = new Map<EcrField, WeakMap<object, string>>(ECR_FIELDS.map((field) => [field, new WeakMap()]));

/** What means the same to ECR has the same text. */
export function textOf(field: EcrField, value: Value): string {
  if (typeof value !== 'object') {
    return value === undefined ? '' : canonicalized(field, value);
  }
  const known = TEXTS.get(field);
  const text = known?.get(value) ?? canonicalized(field, value as Json);
  known?.set(value, text);
  return text;
}

function canonicalized(field: EcrField, value: Json): string {
  return canonicalize(formOf(field, value)) ?? '';
}

/** Lists whose order says nothing are sorted. */
function formOf(field: EcrField, value: Json): Json {
  if (field === 'policy') {
    return policyForm(value);
  }
  return field === 'mutability' || field === 'scanning' ? sortedLists(value) : value;
}

function sortedLists(value: Json): Json {
  if (isJsonList(value)) {
    return value
      .map(sortedLists)
      .map((each) => ({ each, text: canonicalize(each) ?? '' }))
      .sort((a, b) => (a.text < b.text ? -1 : 1))
      .map(({ each }) => each);
  }
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sortedLists(each)]));
  }
  return value;
}
