import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

/** Folder of the official schemas that the library carries. */
const SCHEMAS = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')),
  'res/schema',
);

function schema(name: string): object {
  return JSON.parse(readFileSync(path.join(SCHEMAS, `${name}.SNAPSHOT.schema.json`), 'utf8')) as object;
}

/** What the official CycloneDX 1.6 JSON schema has against a document. */
export function cycloneDxProblems(document: object): readonly string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  for (const name of ['spdx', 'jsf-0.82']) {
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  addFormats.default(ajv);
  // The library leaves these two out as well: no sound implementation of the first is known.
  ajv.addFormat('iri-reference', true);
  ajv.addFormat('idn-email', true);
  ajv.validate(schema('bom-1.6'), document);
  return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message ?? ''}`);
}
