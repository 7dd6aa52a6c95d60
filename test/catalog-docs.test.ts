import { expect, test } from 'vitest';
import { jsonSchemas } from '../src/catalog/json-schemas.ts';
import { textOf } from './support/source-tree.ts';

const DOCUMENT = textOf('docs/catalog.md');

/** Described in docs/check.md and docs/sources.md. */
const ELSEWHERE = ['check', 'artifacts', 'repositories', 'nodejs'];

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** `tracks.dates.release`, for every key that may be written. */
function fieldsOf(schema: Schema, place: readonly string[] = []): readonly string[] {
  const { properties = {}, items, additionalProperties, anyOf = [], oneOf = [] } = schema;
  const own = Object.entries(properties).flatMap(([key, inner]) => [
    [...place, key].join('.'),
    ...(ELSEWHERE.includes(key) ? [] : fieldsOf(inner, [...place, key])),
  ]);
  const values = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  const others = [...(items === undefined ? [] : [items]), ...values, ...anyOf, ...oneOf];
  return [...own, ...others.flatMap((inner) => fieldsOf(inner, place))];
}

const fields = new Set(Object.values(jsonSchemas()).flatMap((schema) => fieldsOf(schema)));

test('docs/catalog.md names every key of the catalog', () => {
  const words = new Set(
    [...DOCUMENT.matchAll(/`([^`\n]+)`|"([\w$-]+)"/g)].flatMap(([, code = '', key = '']) => [
      key,
      ...code.split(/[^\w$-]+/),
    ]),
  );
  expect([...fields].filter((field) => !words.has(field.split('.').at(-1) ?? ''))).toEqual([]);
});

test('every key in a table of docs/catalog.md may be written', () => {
  const rows = [...DOCUMENT.matchAll(/^\| (`[^|]+`) +\|/gm)].flatMap(([, cell = '']) => cell.split(', '));
  const keys = rows.map((each) => each.replaceAll('`', '')).filter((key) => !key.endsWith('/'));
  const known = [...fields, ...[...fields].map((field) => field.split('.').at(-1))];
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter((key) => !known.includes(key))).toEqual([]);
});
