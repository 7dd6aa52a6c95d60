import { z } from 'zod';
import { FactoryError } from '../model/index.ts';
import type { DigestRef, Sha256 } from '../model/index.ts';
import { hexOf, parseSha256 } from './digest.ts';
import { parseJson } from './schema.ts';

/** A claim, not yet signed. */
export interface Statement {
  readonly subject: Sha256;
  /** Further digests that it is about as well, and stands beside: one envelope for all of them. */
  readonly alsoAbout?: readonly Sha256[];
  readonly predicateType: string;
  readonly predicate: unknown;
}

/** in-toto attestation framework v1 "Statement"; v0.1 is what cosign itself still writes. */
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

const StatementSchema = z.object({
  _type: z.enum([STATEMENT_TYPE, 'https://in-toto.io/Statement/v0.1']),
  subject: z.array(z.object({ digest: z.object({ sha256: z.string() }) })),
  predicateType: z.string(),
  predicate: z.unknown(),
});

export function subjectsOf({
  subject,
  alsoAbout = [],
}: Pick<Statement, 'subject' | 'alsoAbout'>): readonly Sha256[] {
  return [subject, ...alsoAbout];
}

/** The bytes to sign. The same statement about the same repository always gives the same bytes. */
export function statementBytes(statement: Statement, repository: string): Uint8Array {
  const { predicateType, predicate } = statement;
  return Buffer.from(
    JSON.stringify({
      _type: STATEMENT_TYPE,
      subject: subjectsOf(statement).map((digest) => ({
        name: repository,
        digest: { sha256: hexOf(digest) },
      })),
      predicateType,
      predicate,
    }),
  );
}

/**
 * The predicate of a verified payload, if it says this type about this digest: a signature is no use
 * on an attestation that was moved here from another image, or that is listed under another type.
 */
export function predicateAbout(
  payload: Uint8Array,
  expected: { readonly ref: DigestRef; readonly predicateType: string },
): unknown {
  const { ref, predicateType } = expected;
  const what = `attestation "${predicateType}" of ${ref.repository}@${ref.digest}`;
  const statement = parseJson(payload, StatementSchema, what);
  const subjects: readonly string[] = digestsOf(statement);
  if (!subjects.includes(ref.digest)) {
    throw new FactoryError(
      'ATTESTATION_FOREIGN',
      `cannot trust ${what}: it is about another image, expected ${ref.digest}, got ${subjects.join(', ')}`,
    );
  }
  if (statement.predicateType !== predicateType) {
    throw new FactoryError(
      'ATTESTATION_TYPE',
      `cannot trust ${what}: expected that type, got "${statement.predicateType}"`,
    );
  }
  return statement.predicate;
}

/** Whom a verified payload is about, in its own order. */
export function subjectsIn(payload: Uint8Array, what: string): Pick<Statement, 'subject' | 'alsoAbout'> {
  const [subject, ...alsoAbout] = digestsOf(parseJson(payload, StatementSchema, what)).map((digest) =>
    parseSha256(digest),
  );
  if (subject === undefined) {
    throw new FactoryError('ATTESTATION_FOREIGN', `cannot trust ${what}: it is about nothing`);
  }
  return { subject, ...(alsoAbout.length > 0 && { alsoAbout }) };
}

function digestsOf({ subject }: z.output<typeof StatementSchema>): readonly string[] {
  return subject.map(({ digest }) => `sha256:${digest.sha256}`);
}
