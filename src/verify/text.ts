import type { DigestRef } from '../model/index.ts';
import { referenceText } from '../oci/index.ts';
import { commandText } from './cosign-commands.ts';
import { isVerified, type Verification, type VerifyCheck } from './result.ts';

const MARKS = { passed: '✓', failed: '✗', skipped: '-' } as const;

/** `ingot verify`: a line for each check, then what is wrong and what to do, then the same with cosign. */
export function verifyText(verifications: readonly Verification[]): string {
  return verifications.map(oneText).join('\n\n');
}

function oneText(verification: Verification): string {
  const { reference, ref, checks } = verification;
  const failed = checks.filter(({ faults }) => faults.length > 0);
  return [
    titleText(reference, ref),
    ...checkLines(checks),
    '',
    ...failed.flatMap(faultLines),
    verdictText(verification),
    ...cosignLines(checks),
  ].join('\n');
}

function titleText(reference: string, ref: DigestRef | undefined): string {
  if (ref === undefined) {
    return reference;
  }
  const digest = referenceText(ref);
  return digest === reference ? digest : `${reference}\n${digest}`;
}

function checkLines(checks: readonly VerifyCheck[]): readonly string[] {
  const width = Math.max(...checks.map(({ check }) => check.length));
  return checks.map(({ check, status, message, faults }) => {
    const codes = [...new Set(faults.map(({ code }) => code))].join(', ');
    const what = status === 'failed' ? codes : message;
    return `  ${MARKS[status]} ${check.padEnd(width)}  ${status === 'skipped' ? `not checked: ${what}` : what}`;
  });
}

function faultLines({ check, faults }: VerifyCheck): readonly string[] {
  return [
    ...faults.flatMap(({ code, message, hint }) => [
      `${check}: ${code}`,
      ...message.split('\n').map((line) => `  ${line}`),
      ...(hint === undefined ? [] : [`  hint: ${hint}`]),
    ]),
    '',
  ];
}

function verdictText(verification: Verification): string {
  const { checks, identity } = verification;
  if (isVerified(verification)) {
    return `verified: all ${checks.length} checks passed, by ${identity}`;
  }
  const failed = checks.filter(({ status }) => status === 'failed').map(({ check }) => check);
  return `NOT verified, by ${identity}: ${failed.join(', ')} failed`;
}

/** Of what failed, where cosign can say anything of that; else of everything. Each command once. */
function cosignLines(all: readonly VerifyCheck[]): readonly string[] {
  const failed = all.filter(({ faults, cosign }) => faults.length > 0 && cosign.length > 0);
  const checks = failed.length > 0 ? failed : all;
  const commands = new Set(checks.flatMap(({ cosign }) => cosign.map(commandText)));
  return commands.size === 0
    ? []
    : ['', 'the same with cosign:', ...[...commands].map((line) => `  ${line}`)];
}

/** The same for machines; a stable shape, `docs/verify.md` describes it. */
export function verifyJson(verifications: readonly Verification[]): object {
  return {
    verified: verifications.every(isVerified),
    images: verifications.map((verification) => ({
      reference: verification.reference,
      digest: verification.ref?.digest ?? null,
      verified: isVerified(verification),
      identity: verification.identity,
      checks: verification.checks.map(({ check, status, message, faults, cosign }) => ({
        check,
        status,
        message,
        faults: faults.map((fault) => ({
          code: fault.code,
          message: fault.message,
          hint: fault.hint ?? null,
        })),
        cosign: cosign.map(commandText),
      })),
    })),
  };
}
