import { z } from 'zod';

/** OpenVEX 0.2.0 as its specification and its official JSON schema have it, with nothing that they do not name. */
const Identifiers = z.strictObject({ purl: z.string().startsWith('pkg:') });
const Hashes = z.strictObject({ 'sha-256': z.string().regex(/^[0-9a-f]{64}$/) });
const Subcomponent = z.strictObject({ '@id': z.url(), identifiers: Identifiers });
const Product = z.strictObject({
  '@id': z.url(),
  identifiers: Identifiers,
  hashes: Hashes,
  subcomponents: z.array(Subcomponent).min(1).optional(),
});

const common = {
  vulnerability: z.strictObject({ name: z.string().min(1), aliases: z.array(z.string()).min(1).optional() }),
  products: z.array(Product).min(1),
  status_notes: z.string().optional(),
};

/** "Status Labels": one of the two with not_affected, an action with affected, neither with the third. */
const Statement = z.union([
  z.strictObject({
    ...common,
    status: z.literal('not_affected'),
    justification: z.enum([
      'component_not_present',
      'vulnerable_code_not_present',
      'vulnerable_code_not_in_execute_path',
      'vulnerable_code_cannot_be_controlled_by_adversary',
      'inline_mitigations_already_exist',
    ]),
  }),
  z.strictObject({ ...common, status: z.literal('not_affected'), impact_statement: z.string().min(1) }),
  z.strictObject({ ...common, status: z.literal('affected'), action_statement: z.string().min(1) }),
  z.strictObject({ ...common, status: z.literal('under_investigation') }),
]);

export const OpenVexDocument = z.strictObject({
  '@context': z.literal('https://openvex.dev/ns/v0.2.0'),
  '@id': z.string().regex(/^urn:/),
  author: z.string().min(1),
  timestamp: z.iso.datetime(),
  version: z.int().min(1),
  tooling: z.string().optional(),
  statements: z.array(Statement).min(1),
});
