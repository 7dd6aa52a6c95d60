import { expect, test } from 'vitest';
import { fingerprintsOf, fits } from '../../../../src/ecr/plan/same.ts';
import type { EcrFields, JsonObject } from '../../../../src/model/index.ts';

function policy(fields: JsonObject): JsonObject {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ecr:BatchGetImage', ...fields }] };
}

const ROLE = 'arn:aws:iam::111122223333:role/a';

test.each([
  { what: 'a list of one and its element', is: { Action: ['ecr:BatchGetImage'] }, wanted: {} },
  {
    what: 'an account and the ARN of its root',
    is: { Principal: { AWS: 'arn:aws:iam::111122223333:root' } },
    wanted: { Principal: { AWS: ['111122223333'] } },
  },
  { what: 'everybody, in two spellings', is: { Principal: '*' }, wanted: { Principal: { AWS: '*' } } },
  {
    what: 'lists in another order',
    is: { Principal: { AWS: [ROLE, '444455556666'] } },
    wanted: { Principal: { AWS: ['444455556666', ROLE] } },
  },
  {
    what: 'a condition that is a boolean and its text',
    is: { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    wanted: { Condition: { Bool: { 'aws:SecureTransport': true } } },
  },
])('policies with $what are the same', ({ is, wanted }) => {
  expect(fits('policy', policy(is), policy(wanted))).toBe(true);
  expect(fingerprintsOf({ policy: policy(is) })).toEqual(fingerprintsOf({ policy: policy(wanted) }));
});

test.each([
  { what: 'another effect', is: { Effect: 'Deny' } },
  { what: 'another principal', is: { Principal: { AWS: 'AROAEXAMPLEID' } } },
  { what: 'a further action', is: { Action: ['ecr:BatchGetImage', 'ecr:PutImage'] } },
  { what: 'no condition', is: {}, wanted: { Condition: { Bool: { 'aws:SecureTransport': 'true' } } } },
])('a policy with $what is another one', ({ is, wanted = {} }) => {
  expect(fits('policy', policy(is), policy({ Principal: { AWS: ROLE }, ...wanted }))).toBe(false);
});

test.each<{
  what: string;
  field: keyof EcrFields;
  is: EcrFields[keyof EcrFields];
  wanted: EcrFields[keyof EcrFields];
  fitting: boolean;
}>([
  {
    what: "a key of AWS's own where any will do",
    field: 'encryption',
    is: { kind: 'kms', key: 'arn:x' },
    wanted: { kind: 'kms' },
    fitting: true,
  },
  {
    what: 'another key',
    field: 'encryption',
    is: { kind: 'kms', key: 'arn:x' },
    wanted: { kind: 'kms', key: 'arn:y' },
    fitting: false,
  },
  {
    what: 'two layers with the same key',
    field: 'encryption',
    is: { kind: 'kms-dsse', key: 'arn:x' },
    wanted: { kind: 'kms', key: 'arn:x' },
    fitting: false,
  },
  {
    what: 'two layers where any key will do',
    field: 'encryption',
    is: { kind: 'kms-dsse', key: 'arn:x' },
    wanted: { kind: 'kms' },
    fitting: false,
  },
  {
    what: 'no key at all',
    field: 'encryption',
    is: { kind: 'aes256' },
    wanted: { kind: 'kms' },
    fitting: false,
  },
  { what: 'tags of others', field: 'tags', is: { a: '1', b: '2' }, wanted: { a: '1' }, fitting: true },
  { what: 'another value', field: 'tags', is: { a: '1' }, wanted: { a: '2' }, fitting: false },
  { what: 'a missing tag', field: 'tags', is: {}, wanted: { a: '1' }, fitting: false },
  {
    what: 'filters in another order',
    field: 'mutability',
    is: { setting: 'IMMUTABLE_WITH_EXCLUSION', except: ['b', 'a'] },
    wanted: { setting: 'IMMUTABLE_WITH_EXCLUSION', except: ['a', 'b'] },
    fitting: true,
  },
  { what: 'nothing', field: 'lifecycle', is: undefined, wanted: { rules: [] }, fitting: false },
])('$field with $what: $fitting', ({ field, is, wanted, fitting }) => {
  expect(fits(field, is, wanted)).toBe(fitting);
});
