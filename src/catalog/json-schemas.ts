import { z } from 'zod';
import { DecisionFile } from './decision-schema.ts';
import { CatalogFile, ImageFile, TeamFile } from './schema.ts';
import { StackFile } from './stack-schema.ts';

/** What `schemas/<name>.json` holds, for editors: made from the schemas the files are checked with. */
export function jsonSchemas(): Readonly<Record<'catalog' | 'decision' | 'image' | 'stack' | 'team', object>> {
  return {
    catalog: toJsonSchema(CatalogFile, 'ingot catalog'),
    decision: toJsonSchema(DecisionFile, 'ingot decision'),
    image: toJsonSchema(ImageFile, 'ingot image'),
    stack: toJsonSchema(StackFile, 'ingot stack'),
    team: toJsonSchema(TeamFile, 'ingot team'),
  };
}

/** `input`: a key with a default may be left out of a written file. */
function toJsonSchema(schema: z.ZodType, title: string): object {
  return { title, ...z.toJSONSchema(schema, { io: 'input' }) };
}
