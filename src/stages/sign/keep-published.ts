import { FactoryError } from '../../model/index.ts';
import type { DigestRef } from '../../model/index.ts';
import { PREDICATE_TYPE, readAttestations } from '../../oci/index.ts';
import type { ReadDeps, Statement } from '../../oci/index.ts';
import type { BundleSettings } from './attached.ts';
import type { AttestedState, ReattestDecision } from './reattest.ts';
import { takenBack, vexKey } from './vex.ts';
import { parseScanPredicate } from './vulnerabilities.ts';

/** What our key has attested about an image before, of what is not written anew each time. */
export interface PublishedStatements extends AttestedState {
  readonly provenance: unknown;
}

export async function readPublished(ref: DigestRef, deps: ReadDeps): Promise<PublishedStatements> {
  const scans = await readOurs(ref, PREDICATE_TYPE.vulnerabilities, deps);
  const [run] = await readOurs(ref, PREDICATE_TYPE.run, deps);
  const [provenance] = await readOurs(ref, PREDICATE_TYPE.provenance, deps);
  const [vex] = await readOurs(ref, PREDICATE_TYPE.vex, deps);
  return { scans: newestOfEach(scans), run, provenance, vex };
}

/** What is by other keys alone is none of ours: ours is written beside it. */
async function readOurs(ref: DigestRef, type: string, deps: ReadDeps): Promise<readonly unknown[]> {
  try {
    return await readAttestations(ref, type, deps);
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'SIGNATURE_INVALID') {
      return [];
    }
    throw error;
  }
}

/** A registry that deletes nothing still has older ones. */
function newestOfEach(predicates: readonly unknown[]): AttestedState['scans'] {
  const scans = predicates.flatMap((predicate) => parseScanPredicate(predicate) ?? []);
  const byTool = new Map(
    scans
      .toSorted((a, b) => a.scannedAt.getTime() - b.scannedAt.getTime())
      .map((scan) => [scan.result.tool, scan]),
  );
  return [...byTool.values()];
}

export interface VexToAttest {
  /** Absent: nothing is excused. */
  readonly vex?: object;
  /** ISO instant. */
  readonly issuedAt: string;
  /** Of the target; undefined: the classic form, in which what goes is gone. */
  readonly bundles: BundleSettings | undefined;
}

/** The document to attest, which may have to take back one that cannot be removed. */
export function vexToAttest(
  published: Pick<PublishedStatements, 'vex'>,
  { vex, issuedAt, bundles }: VexToAttest,
): { readonly vex?: object } {
  const said = vex ?? (bundles === undefined ? undefined : takenBack(published.vex, issuedAt));
  return said === undefined ? {} : { vex: said };
}

/**
 * What is to be attested about an image that may be published already. The provenance stays that of the build which
 * made it first: the release record names that one, and the same bytes made again are no other image. Scans and the run
 * that judged them stay while they are fresh enough.
 */
export function keepPublished(
  statements: readonly Statement[],
  published: PublishedStatements,
  decision: ReattestDecision,
): readonly Statement[] {
  const isKept = decision.kind === 'keep';
  const kept = new Map<string, readonly unknown[]>([
    [PREDICATE_TYPE.provenance, published.provenance === undefined ? [] : [published.provenance]],
    [PREDICATE_TYPE.run, isKept ? [published.run] : []],
    [PREDICATE_TYPE.vulnerabilities, isKept ? published.scans.map(({ predicate }) => predicate) : []],
  ]);
  return [
    ...Map.groupBy(statements, ({ predicateType, subject }) => `${predicateType} ${subject}`).values(),
  ].flatMap((same) => {
    const [first] = same;
    const predicates = first === undefined ? [] : (kept.get(first.predicateType) ?? []);
    if (first === undefined || predicates.length === 0) {
      return same.map((statement) => keepVex(statement, published.vex));
    }
    return predicates.map((predicate) => ({ ...first, predicate }));
  });
}

function keepVex(statement: Statement, published: unknown): Statement {
  const isSame =
    statement.predicateType === PREDICATE_TYPE.vex &&
    published instanceof Object &&
    vexKey(published) === vexKey(statement.predicate);
  return isSame ? { ...statement, predicate: published } : statement;
}
