import { listText } from '../words.ts';
import { subjectsOf, type ImageFacts } from '../facts.ts';
import { faultsOf } from '../read.ts';
import { toCheck, type Fault, type VerifyCheck } from '../result.ts';
import type { Trust } from '../trust.ts';
import { cosignVerify } from '../cosign-commands.ts';
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
  const faults = subjects.flatMap(({ ref, name, attached }) => {
    if (attached.kind === 'unread') {
      return faultsOf(attached);
    }
    const { found, ours, copied } = attached.value.signatures;
    return ours > 0 ? [] : [signatureFault(`${name} ${referenceText(ref)}`, { found, copied, trust })];
  });
  const cosign = subjects.map(({ ref }) => cosignVerify(trust, ref));
  return { ...toCheck('signature', `${namesOf(facts)}: signed by ${trust.identity}`, faults), cosign };
}

function signatureFault(
  what: string,
  { found, copied, trust }: { found: number; copied: readonly string[]; trust: Trust },
): Fault {
  if (copied.length > 0) {
    return {
      code: 'SIGNATURE_INVALID',
      message: `cannot trust ${what}: its signatures are of another image, ${listText(copied)}`,
      hint: 'somebody copied them here: see who else can write to this repository',
    };
  }
  if (found > 0) {
    return {
      code: 'SIGNATURE_INVALID',
      message: `cannot trust ${what}: expected a signature by ${trust.identity}, got ${found} by others`,
      hint: 'if keys were changed, name the one it was signed with: --key FILE',
    };
  }
  return {
    code: 'SIGNATURE_MISSING',
    message: `cannot trust ${what}: nobody signed it`,
    hint: 'do not use it: it was not published by ingot, or its signature was deleted',
  };
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
