import type { DigestRef } from '../model/index.ts';
import { FactoryError } from '../model/index.ts';
import { ATTACHMENT_ANNOTATION, MAX_ATTACHMENT_BYTES, listAttached } from './attachments.ts';
import type { ReadDeps } from './attachments.ts';
import { openEnvelope } from './dsse.ts';
import { findBundles, foreignError } from './find-bundles.ts';
import { referenceText } from './reference.ts';
import { predicateAbout } from './statement.ts';

/** An envelope listed under the type that was asked for. */
interface Listed {
  readonly form: 'classic' | 'bundle';
  readonly envelope: Uint8Array;
  /** Empty in the classic form, which has no dates and is written whole. */
  readonly created: string;
}

/** What it says, signed by our key, about the image that was asked for. */
interface Trusted extends Listed {
  readonly payload: string;
  readonly predicate: unknown;
}

/**
 * The predicate of the one attestation of this type, in whichever form: signed by our key, about this digest. Undefined
 * where there is none. What other keys say beside ours does no harm; if they alone say something, that is an error, and
 * so is one of ours that is about something else, or a second one in the classic form.
 */
export async function readAttestation(
  ref: DigestRef,
  predicateType: string,
  deps: ReadDeps,
): Promise<unknown> {
  const [newest, ...others] = await readTrusted(ref, predicateType, deps);
  if (newest?.form === 'classic' && others.length > 0) {
    const what = whatOf(ref, predicateType);
    const got = String(others.length + 1);
    throw new FactoryError('SIGNATURE_INVALID', `cannot trust ${what}: expected one, got ${got}`);
  }
  return newest?.predicate;
}

/** Of a type that has several, as each scanner has its own: all that our key signed about this digest. */
export async function readAttestations(
  ref: DigestRef,
  predicateType: string,
  deps: ReadDeps,
): Promise<readonly unknown[]> {
  return (await readTrusted(ref, predicateType, deps)).map(({ predicate }) => predicate);
}

/** Newest first. The classic form is written whole each time, so it is the newest where it is there. */
async function readTrusted(
  ref: DigestRef,
  predicateType: string,
  deps: ReadDeps,
): Promise<readonly Trusted[]> {
  let refusal: unknown;
  for (const list of [listClassic, listBundled]) {
    const judged = judge(await list(ref, predicateType, deps), { ref, predicateType }, deps);
    if (judged.trusted.length > 0) {
      return newestFirst(distinct(judged.trusted));
    }
    refusal ??= judged.refusal;
  }
  if (refusal !== undefined) {
    throw refusal as Error;
  }
  return [];
}

interface Judged {
  readonly trusted: readonly Trusted[];
  /** Why the last one that is not ours was not taken. */
  readonly refusal: unknown;
}

function judge(
  listed: readonly Listed[],
  { ref, predicateType }: { readonly ref: DigestRef; readonly predicateType: string },
  { verify }: ReadDeps,
): Judged {
  const trusted: Trusted[] = [];
  let refusal: unknown;
  for (const each of listed) {
    try {
      const bytes = openEnvelope(each.envelope, verify, whatOf(ref, predicateType));
      const predicate = predicateAbout(bytes, { ref, predicateType });
      trusted.push({ ...each, payload: Buffer.from(bytes).toString('utf8'), predicate });
    } catch (error) {
      if (!isOfOthers(error)) {
        throw error;
      }
      refusal = error;
    }
  }
  return { trusted, refusal };
}

/** Not signed by our key, or no envelope at all. */
function isOfOthers(error: unknown): boolean {
  return error instanceof FactoryError && ['SIGNATURE_INVALID', 'REGISTRY_INVALID'].includes(error.code);
}

async function listClassic(
  ref: DigestRef,
  predicateType: string,
  { registry }: ReadDeps,
): Promise<readonly Listed[]> {
  const listed: Listed[] = [];
  for (const { annotations, digest } of await listAttached(ref, 'att', registry)) {
    if (annotations?.[ATTACHMENT_ANNOTATION.predicateType] === predicateType) {
      const envelope = await registry.getBlob(ref.repository, digest, MAX_ATTACHMENT_BYTES);
      listed.push({ form: 'classic', envelope, created: '' });
    }
  }
  return listed;
}

async function listBundled(
  ref: DigestRef,
  predicateType: string,
  { registry }: ReadDeps,
): Promise<readonly Listed[]> {
  const { bundles, foreign } = await findBundles(ref, (type) => type === predicateType, registry);
  const [stranger] = foreign;
  if (stranger !== undefined) {
    throw foreignError(ref, stranger);
  }
  return bundles.map(({ envelope, created }) => ({ form: 'bundle', envelope, created }));
}

/** A registry that deletes nothing has bundles of before beside the newest. */
function newestFirst(trusted: readonly Trusted[]): readonly Trusted[] {
  return trusted.toSorted((a, b) => b.created.localeCompare(a.created, 'en'));
}

function distinct(trusted: readonly Trusted[]): readonly Trusted[] {
  return [...new Map(trusted.map((each) => [each.payload, each])).values()];
}

function whatOf(ref: DigestRef, predicateType: string): string {
  return `attestation "${predicateType}" of ${referenceText(ref)}`;
}
