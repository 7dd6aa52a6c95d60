import { expect, test } from 'vitest';
import type { AttestationForm } from '../../../src/model/index.ts';
import { PREDICATE_TYPE, referenceText } from '../../../src/oci/index.ts';
import { serveRegistry } from '../../support/registry.ts';
import { testKeys } from '../../support/signing.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { TRUSTED_ROOT } from '../../support/trust.ts';
import { isVerified } from '../../../src/verify/index.ts';
import { releasedRepository } from '../../support/verified-release.ts';

const OF_BUNDLES = ['--new-bundle-format', `--trusted-root=${TRUSTED_ROOT}`];
const BESIDE_BUNDLES = ['--new-bundle-format=false'];

test.each<{
  form: AttestationForm;
  signature: readonly string[];
  attestation: readonly (readonly string[])[];
}>([
  { form: 'classic', signature: [], attestation: [[]] },
  { form: 'bundle', signature: BESIDE_BUNDLES, attestation: [OF_BUNDLES] },
  { form: 'both', signature: BESIDE_BUNDLES, attestation: [BESIDE_BUNDLES, OF_BUNDLES] },
])('attested in the form $form: a command for each form, type and digest', async (row) => {
  const { address } = await serveRegistry();
  const place = { address, folder: await temporaryFolder() };
  const at = releasedRepository(place, { name: 'golden/python', ours: testKeys(), form: row.form });
  const released = await at.release('one');
  const { ref } = released.published;
  const vex = { subject: ref.digest, predicateType: PREDICATE_TYPE.vex, predicate: { statements: [] } };
  await at.sign(released, [vex]);
  const verification = await at.verify();
  expect(isVerified(verification)).toBe(true);

  const [platform] = released.image.tested.built.platforms;
  const index = referenceText(ref);
  const manifest = referenceText({ ...ref, digest: platform!.manifest.digest });
  const key = ['--key=cosign.pub', '--insecure-ignore-tlog=true'];
  function commandsOf(name: string): readonly (readonly string[])[] {
    return verification.checks.find(({ check }) => check === name)?.cosign ?? [];
  }
  function attested(type: string, images: readonly string[]): readonly (readonly string[])[] {
    return images.flatMap((image) =>
      row.attestation.map((form) => [
        'cosign',
        'verify-attestation',
        ...key,
        ...form,
        `--type=${type}`,
        image,
      ]),
    );
  }
  expect(commandsOf('signature')).toEqual(
    [index, manifest].map((image) => ['cosign', 'verify', ...key, ...row.signature, image]),
  );
  expect(commandsOf('attestation spdx')).toEqual(attested(PREDICATE_TYPE.spdx, [index, manifest]));
  expect(commandsOf('attestation lock')).toEqual(attested(PREDICATE_TYPE.lock, [index]));
  expect(commandsOf('attestation vex')).toEqual(attested(PREDICATE_TYPE.vex, [index]));
});
