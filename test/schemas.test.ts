import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';
import { jsonSchemas } from '../src/catalog/json-schemas.ts';
import { reportJsonSchema } from '../src/report/schema.ts';
import { GOOD_CATALOG } from './support/catalog-folder.ts';
import { ROOT } from './support/source-tree.ts';

const schemas = Object.entries({ ...jsonSchemas(), report: reportJsonSchema() });

test.each(schemas)(
  'schemas/%s.json is what the code checks (rewrite with npm run schemas)',
  async (name, schema) => {
    const file = path.join(ROOT, 'schemas', `${name}.json`);
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(file);
  },
);

test.each([
  { schema: 'catalog', file: 'catalog.json' },
  { schema: 'image', file: 'images/node.json' },
  { schema: 'stack', file: 'stacks/node/stack.json' },
  { schema: 'team', file: 'teams/payments.json' },
] as const)("an editor's validator accepts $file by the $schema schema", ({ schema, file }) => {
  const ajv = new Ajv2020({ strict: true });
  formats.default(ajv);
  const validate = ajv.compile(jsonSchemas()[schema]);
  expect({ valid: validate(GOOD_CATALOG[file]), errors: validate.errors }).toEqual({
    valid: true,
    errors: null,
  });
  expect(validate({ ...GOOD_CATALOG[file], typo: 1 })).toBe(false);
});
