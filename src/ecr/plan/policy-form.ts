import canonicalize from 'canonicalize';
import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../model/index.ts';

/** Elements of a statement that are a value or a list of them (IAM user guide, "Grammar of the IAM JSON policy language"). */
const LISTS: ReadonlySet<string> = new Set(['Action', 'NotAction', 'Resource', 'NotResource']);
const PRINCIPALS: ReadonlySet<string> = new Set(['Principal', 'NotPrincipal']);

/** One form for policies that mean the same: AWS gives back accounts as ARNs of their root, and lists of one as values. */
export function policyForm(policy: Json): Json {
  if (!isJsonObject(policy)) {
    return policy;
  }
  return mapped(policy, (key, value) => (key === 'Statement' ? sorted(listOf(value).map(statement)) : value));
}

function statement(written: Json): Json {
  if (!isJsonObject(written)) {
    return written;
  }
  return mapped(written, (key, value) => {
    if (LISTS.has(key)) {
      return sorted(listOf(value));
    }
    if (PRINCIPALS.has(key)) {
      return principal(value);
    }
    return key === 'Condition' ? condition(value) : value;
  });
}

function principal(written: Json): Json {
  const byKind = isJsonObject(written) ? written : { AWS: written };
  return mapped(byKind, (_, value) => sorted(listOf(value).map(accountOfRoot)));
}

function condition(written: Json): Json {
  return isJsonObject(written)
    ? mapped(written, (_, keys) =>
        isJsonObject(keys) ? mapped(keys, (_key, value) => sorted(listOf(value).map(toText))) : keys,
      )
    : written;
}

/** `arn:aws:iam::111122223333:root` → `111122223333` */
function accountOfRoot(value: Json): Json {
  return typeof value === 'string' ? value.replace(/^arn:[\w-]+:iam::(\d{12}):root$/, '$1') : value;
}

function toText(value: Json): Json {
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : value;
}

/** An element that is a value or a list of them, as a list. */
export function listOf(value: Json): readonly Json[] {
  return isJsonList(value) ? value : [value];
}

function sorted(values: readonly Json[]): Json {
  return values
    .map((value) => ({ value, text: canonicalize(value) ?? '' }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ value }) => value);
}

function mapped(value: JsonObject, change: (key: string, value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, change(key, each)]));
}
