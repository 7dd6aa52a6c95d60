import { REQUIRED_ATTESTATIONS, referenceText } from '../../oci/index.ts';
import { cosignPlace, cosignVerifyAttestation } from '../cosign-commands.ts';
import {
  attestationsAt,
  subjectsOf,
  type Attestation,
  type ImageFacts,
  type Signed,
  type SubjectFacts,
} from '../facts.ts';
import { faultsOf } from '../read.ts';
import { shortType } from '../required.ts';
import { toCheck, type Fault, type VerifyCheck } from '../result.ts';
import { keysText, type Trust } from '../trust.ts';
import { listText } from '../words.ts';

/**
 * One check for each predicate type that is required, or that is there: an attestation of the type, signed, about this
 * digest, and of that type in its own signed text. Whoever made a further one beside ours does no harm.
 */
export function checkAttestations(facts: ImageFacts, trust: Trust): readonly VerifyCheck[] {
  const required = [...new Set([...REQUIRED_ATTESTATIONS.image, ...REQUIRED_ATTESTATIONS.platform])];
  const found = subjectsOf(facts).flatMap((subject) => attestationsAt(subject).filter(isByUs).map(typeOf));
  const types = [...required, ...[...new Set(found)].filter((type) => !isRequired(type)).sort()];
  return types.map((type) => checkType(type, facts, trust));
}

function isRequired(type: string): boolean {
  const { image, platform } = REQUIRED_ATTESTATIONS;
  return [...image, ...platform].some((each) => each === type);
}

function isByUs({ kind }: Attestation): boolean {
  return kind !== 'untrusted';
}

/** What it is to be judged under: the type that a reader looks for. */
function typeOf(attestation: Attestation): string {
  return attestation.kind === 'mistyped' || attestation.kind === 'untrusted'
    ? attestation.listed
    : attestation.type;
}

function checkType(type: string, facts: ImageFacts, trust: Trust): VerifyCheck {
  const subjects = subjectsOf(facts).filter(
    (subject) =>
      isWantedAt(type, subject, facts) || attestationsAt(subject).some((each) => typeOf(each) === type),
  );
  const faults = subjects.flatMap((subject) => faultsAt(type, subject, { facts, trust }));
  const names = listText(subjects.map(({ name }) => name));
  const cosign = subjects.flatMap((subject) =>
    signedAt(type, subject, trust).map((signed) =>
      cosignVerifyAttestation(type, cosignPlace(subject, signed), trust),
    ),
  );
  return { ...toCheck(`attestation ${shortType(type)}`, `${names}: signed, of this digest`, faults), cosign };
}

/** In each form once, by the key that counts; where there is none, as it is looked for first. */
function signedAt(type: string, subject: SubjectFacts, { keys }: Trust): readonly Signed[] {
  const there = attestationsAt(subject).filter((each) => typeOf(each) === type);
  const forms = new Map(
    there
      .toSorted((a, b) => Number(isByUs(a)) - Number(isByUs(b)))
      .map((each) => [each.form, { form: each.form, key: each.kind === 'untrusted' ? keys[0] : each.key }]),
  );
  return forms.size === 0 ? [{ key: keys[0], form: 'classic' }] : [...forms.values()];
}

/** Of an image without an index everything is at its one manifest. */
function isWantedAt(type: string, subject: SubjectFacts, { top, platforms }: ImageFacts): boolean {
  const isTop = subject === top;
  const isPlatform = !isTop || platforms.some((each) => each.subject.ref.digest === subject.ref.digest);
  return (
    (isTop && REQUIRED_ATTESTATIONS.image.some((each) => each === type)) ||
    (isPlatform && REQUIRED_ATTESTATIONS.platform.some((each) => each === type))
  );
}

function faultsAt(
  type: string,
  subject: SubjectFacts,
  { facts, trust }: { readonly facts: ImageFacts; readonly trust: Trust },
): readonly Fault[] {
  const { attached, name, ref } = subject;
  if (attached.kind === 'unread') {
    return faultsOf(attached);
  }
  const what = `attestation "${type}" of ${name} ${referenceText(ref)}`;
  const ofType = attached.value.attestations.filter((each) => typeOf(each) === type);
  const tampered = ofType.flatMap((each) => tamperFaults(what, each));
  const isThere = ofType.some(({ kind }) => kind === 'ours');
  if (tampered.length > 0 || isThere || !isWantedAt(type, subject, facts)) {
    return tampered;
  }
  return [absentFault(what, ofType, trust)];
}

/** Ours, but not what it seems to be: nobody who signs for us puts it there. */
function tamperFaults(what: string, attestation: Attestation): readonly Fault[] {
  switch (attestation.kind) {
    case 'ours':
    case 'untrusted':
      return [];
    case 'foreign':
      return [
        {
          code: 'ATTESTATION_FOREIGN',
          message: `cannot trust ${what}: it is about another image, ${listText(attestation.subjects)}`,
          hint: `${attestation.place} was copied here: see who else can write to this repository`,
        },
      ];
    case 'mistyped':
      return [
        {
          code: 'ATTESTATION_TYPE',
          message: `cannot trust ${what}: it is listed so, but says "${attestation.type}"`,
          hint: `${attestation.place} was listed anew: see who else can write to this repository`,
        },
      ];
  }
}

function absentFault(what: string, ofType: readonly Attestation[], trust: Trust): Fault {
  const reasons = ofType.flatMap((each) => (each.kind === 'untrusted' ? [each.reason] : []));
  if (reasons.length > 0) {
    return {
      code: 'SIGNATURE_INVALID',
      message: `cannot trust ${what}: expected a signature by ${keysText(trust)}, but ${listText(reasons)}`,
      hint: 'if keys were changed, name the one it was signed with: --key FILE',
    };
  }
  return {
    code: 'ATTESTATION_MISSING',
    message: `cannot find ${what}: expected one, got none`,
    hint: 'ask for the tag or the index if this is one platform of it; `ingot nightly` attests a release anew',
  };
}
