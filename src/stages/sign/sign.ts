import type { Descriptor, DigestRef, PublishedImage, Sha256, SignedImage } from '../../model/index.ts';
import { PREDICATE_TYPE, statementBytes } from '../../oci/index.ts';
import type { Statement } from '../../oci/index.ts';
import { attachSignature, attachStatements } from './attach.ts';
import type { AttachDeps } from './attached.ts';
import { verifyPublished } from './verify.ts';
import type { ExpectedImage, VerifyDeps } from './verify.ts';

export interface SignInput {
  readonly published: PublishedImage;
  /** Manifests below the index: signed too, for whoever pulls a platform by its own digest. */
  readonly platforms: readonly Pick<Descriptor, 'digest'>[];
  readonly statements: readonly Statement[];
}

export type SignDeps = AttachDeps & VerifyDeps;

/**
 * Signs and attests the index and its platform manifests in every namespace, then verifies all of it as the
 * registry serves it. Signing happens in process, because a start of cosign for each attestation would cost
 * seconds; doing it again for the same content adds nothing.
 */
export async function sign(input: SignInput, deps: SignDeps): Promise<SignedImage> {
  const images = expectedImages(input);
  await deps.pool.map(images, ({ ref }) => attachSignature(ref, deps));
  await attachAll(images, input.published.ref.digest, deps);
  await verifyPublished(images, deps);
  const attestations = [...new Set(input.statements.map(({ predicateType }) => predicateType))].sort();
  return signed({ published: input.published, attestations });
}

export interface AttestInput extends Pick<SignInput, 'platforms' | 'statements'> {
  readonly published: Pick<PublishedImage, 'ref' | 'copies'>;
}

/** Attests what is known by now about an image that is signed already, in every namespace; verified like the rest. */
export async function attest(input: AttestInput, deps: SignDeps): Promise<void> {
  const images = expectedImages(input);
  await attachAll(images, input.published.ref.digest, deps);
  await verifyPublished(
    images.filter(({ statements }) => statements.length > 0),
    deps,
  );
}

/** Findings and contents are told together with what excuses them: where nothing does any more, the document goes. */
const REPLACED: readonly string[] = [PREDICATE_TYPE.vex];

/** Those of the indexes last: where they are, nothing else is missing. */
async function attachAll(images: readonly ExpectedImage[], index: Sha256, deps: SignDeps): Promise<void> {
  for (const isIndex of [false, true]) {
    const some = images.filter(({ ref }) => (ref.digest === index) === isIndex);
    await deps.pool.map(some, ({ ref, statements }) =>
      attachStatements(ref, { statements, replaced: REPLACED }, deps),
    );
  }
}

/** The only place that makes one: verification has just passed. */
function signed(content: Pick<SignedImage, 'published' | 'attestations'>): SignedImage {
  return content as SignedImage;
}

function expectedImages({ published, platforms, statements }: AttestInput): readonly ExpectedImage[] {
  const digests = [published.ref.digest, ...platforms.map(({ digest }) => digest)];
  return [published.ref, ...published.copies].flatMap(({ repository }) =>
    digests.map((digest) => expectedImage({ repository, digest }, statements)),
  );
}

/** A statement names the repository it stands in, so that each namespace's attestations are complete by themselves. */
function expectedImage(ref: DigestRef, statements: readonly Statement[]): ExpectedImage {
  const ours = statements.filter(({ subject }) => subject === ref.digest);
  return {
    ref,
    statements: ours.map((statement) => ({
      predicateType: statement.predicateType,
      payload: statementBytes(statement, ref.repository),
    })),
  };
}
