import { FactoryError } from '../model/index.ts';
import type { CatalogEntry, GatedImage, PublishedImage } from '../model/index.ts';
import { findSignature, readBlob, referenceText, statementBytes } from '../oci/index.ts';
import type { Statement } from '../oci/index.ts';
import { attachMetadata, makeStepKeys, pipelineMetadata, publicKeyOf } from '../stages/sign/index.ts';
import type { PipelineEvidence } from '../stages/sign/index.ts';
import type { RunDeps } from './deps.ts';
import { findingRecords, inputRecords, testRecords } from './keep-records.ts';

type MetadataDeps = Pick<RunDeps, 'sign' | 'publicKey' | 'runStartedAt' | 'writeRecord'>;

/** A release, as `publish` and `sign` have left it. */
export interface SignedRelease {
  readonly published: PublishedImage;
  readonly statements: readonly Statement[];
}

/**
 * Writes the image's way through the pipeline as an in-toto layout and its links: into the folder of the run, and beside
 * the image in every namespace.
 */
export async function keepInTotoMetadata(
  image: GatedImage,
  release: SignedRelease,
  deps: MetadataDeps,
): Promise<void> {
  const { built } = image.tested;
  const { entry } = built.rendered.locked;
  const owner = { key: publicKeyOf(deps.publicKey), signer: deps.sign.signer };
  const evidence = await evidenceOf(image, release, deps);
  const expires = layoutExpiry(entry, deps.runStartedAt);
  const files = await pipelineMetadata(evidence, expires, { owner, steps: await makeStepKeys() });
  const index = Buffer.from(await readBlob(built.layoutDir, built.index.digest)).toString('utf8');
  for (const { name, text } of [...files, { name: 'index.json', text: index }]) {
    await deps.writeRecord(`${entry.id}/in-toto`, name, text);
  }
  const { ref, copies } = release.published;
  await deps.sign.pool.map([ref, ...copies], (each) => attachMetadata(each, files, deps.sign.registry));
}

async function evidenceOf(
  { tested, sbom, scan }: GatedImage,
  { published: { ref }, statements }: SignedRelease,
  deps: MetadataDeps,
): Promise<PipelineEvidence> {
  const { rendered, index, platforms } = tested.built;
  const signature = await findSignature(ref, deps.sign);
  if (signature === undefined) {
    throw new FactoryError('SIGNATURE_INVALID', `cannot describe ${referenceText(ref)}: it is not signed`, {
      hint: 'its signature was removed just now; see who else can write to this repository',
    });
  }
  return {
    lock: rendered.locked.lock,
    inputs: rendered.inputs,
    planned: inputRecords(rendered),
    index,
    platforms,
    tests: testRecords(tested.report),
    findings: findingRecords({ sbom, scan }),
    signature,
    statements: statements.map((statement) => ({
      predicateType: statement.predicateType,
      payload: statementBytes(statement, ref.repository),
    })),
  };
}

/** Verifiers refuse a layout that has expired, and images are asked about as long as they run somewhere. */
const YEARS_AFTER = 1;

/** A year after the track's end of life, or after the release where that is later. */
export function layoutExpiry({ dates }: Pick<CatalogEntry, 'dates'>, runStartedAt: Date): Date {
  const last = new Date(Math.max(Date.parse(dates.endOfLife), runStartedAt.getTime()));
  last.setUTCFullYear(last.getUTCFullYear() + YEARS_AFTER);
  return last;
}
