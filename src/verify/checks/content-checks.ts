import { listText } from '../words.ts';
import { subjectsOf, type ImageFacts, type SignatureFacts, type SubjectFacts } from '../facts.ts';
import { faultsOf } from '../read.ts';
import { toCheck, type Fault, type VerifyCheck } from '../result.ts';
import { keysText, type Trust, type TrustedIdentity } from '../trust.ts';
import { cosignPlace, cosignVerify, type CosignPlace } from '../cosign-commands.ts';
import { referenceText } from '../../oci/index.ts';

/** The registry serves what the digests say: index, manifests, and by `sbom` the layers. */
export function checkDigests(facts: ImageFacts): VerifyCheck {
  const subjects = subjectsOf(facts);
  const faults = subjects.flatMap(({ manifest }) => faultsOf(manifest));
  return toCheck('digest', `${namesOf(facts)}: the bytes are what their digests say`, faults);
}

/** Signed by exactly whom we ask for, over exactly these digests. */
export function checkSignatures(facts: ImageFacts, trust: Trust): VerifyCheck {
  const subjects = subjectsOf(facts);
  const keys = keysText(trust);
  const faults = subjects.flatMap(({ ref, name, attached }) =>
    attached.kind === 'unread'
      ? faultsOf(attached)
      : signatureFaults(`${name} ${referenceText(ref)}`, attached.value.signatures, keys),
  );
  const cosign = subjects.map((subject) => cosignVerify(signaturePlace(subject, trust), trust));
  return { ...toCheck('signature', `${namesOf(facts)}: signed by ${keys}`, faults), cosign };
}

function signaturePlace(subject: SubjectFacts, trust: Trust): CosignPlace {
  const { attached } = subject;
  const [signed] = attached.kind === 'read' ? attached.value.signatures.ours : [];
  return cosignPlace(subject, signed ?? { key: trust.keys[0], form: 'classic' });
}

function signatureFaults(
  what: string,
  { found, ours, copied, refusals }: SignatureFacts,
  keys: string,
): readonly Fault[] {
  if (ours.length > 0) {
    return [];
  }
  if (copied.length > 0) {
    return [
      {
        code: 'SIGNATURE_INVALID',
        message: `cannot trust ${what}: its signatures are of another image, ${listText(copied)}`,
        hint: 'somebody copied them here: see who else can write to this repository',
      },
    ];
  }
  return [found > 0 ? strangerFault(what, { found, refusals }, keys) : unsignedFault(what)];
}

function strangerFault(
  what: string,
  { found, refusals }: Pick<SignatureFacts, 'found' | 'refusals'>,
  keys: string,
): Fault {
  const got = refusals.length === 0 ? `got ${found} by others` : `but ${listText(refusals)}`;
  return {
    code: 'SIGNATURE_INVALID',
    message: `cannot trust ${what}: expected a signature by ${keys}, ${got}`,
    hint: 'if keys were changed, name the one it was signed with: --key FILE',
  };
}

function unsignedFault(what: string): Fault {
  return {
    code: 'SIGNATURE_MISSING',
    message: `cannot trust ${what}: nobody signed it`,
    hint: 'do not use it: it was not published by ingot, or its signature was deleted',
  };
}

/** Signed with a certificate for exactly the identity that is asked for, as cosign finds. */
export function checkIdentity(facts: ImageFacts, identity: TrustedIdentity): VerifyCheck {
  const subjects = subjectsOf(facts);
  const faults = subjects.flatMap(({ ref, name, identified }): readonly Fault[] => {
    if (identified?.kind !== 'read') {
      return identified === undefined ? [] : faultsOf(identified);
    }
    const refusal = identified.value;
    return refusal === undefined
      ? []
      : [
          {
            code: 'SIGNATURE_INVALID',
            message: `cannot trust ${name} ${referenceText(ref)}: expected a signature by ${identity.name}, ${refusal}`,
            hint: 'compare identity and issuer with the "keyless" of the target, letter by letter',
          },
        ];
  });
  const cosign = subjects.map(({ ref }) => identity.cosign(ref));
  return { ...toCheck('identity', `${namesOf(facts)}: signed by ${identity.name}`, faults), cosign };
}

/** Every entry of the list of referrers refers to this image. */
export function checkReferrers(facts: ImageFacts): VerifyCheck {
  const subjects = subjectsOf(facts);
  const faults = subjects.flatMap(({ name, ref, attached }) =>
    attached.kind === 'unread'
      ? faultsOf(attached)
      : attached.value.foreign.map(({ digest, reason }) => ({
          code: 'REFERRER_FOREIGN' as const,
          message: `cannot trust the referrers of ${name} ${referenceText(ref)}: ${digest} is listed, but ${reason}`,
          hint: `take ${digest} off the list, and see who put it there`,
        })),
  );
  const counts = subjects.map(({ attached }) => (attached.kind === 'read' ? attached.value.referrers : 0));
  const count = counts.reduce((sum, each) => sum + each, 0);
  return toCheck('referrers', count === 0 ? 'none' : `${count}, all of this image`, faults);
}

function namesOf(facts: ImageFacts): string {
  return listText(subjectsOf(facts).map(({ name }) => name));
}
