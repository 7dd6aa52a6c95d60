import type { CheckResult } from '../check/index.ts';
import type { FactoryErrorCode, ImageOutcome } from '../model/index.ts';
import { FactoryError } from '../model/index.ts';
import type { Verification } from '../verify/index.ts';

/** What the shell is told. The README explains each one. */
export const EXIT = {
  ok: 0,
  blocked: 1,
  usage: 2,
  failed: 3,
  bug: 70,
  /** 128 and the number of SIGINT, as shells do. */
  cancelled: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What the user wrote is wrong, or how they called us: running again cannot help. */
const USAGE_CODES: readonly FactoryErrorCode[] = [
  'USAGE',
  'CATALOG_INVALID',
  'DECISION_INVALID',
  'TEMPLATE_INVALID',
  'LOCK_STALE',
];

export function isUsageCode(code: FactoryErrorCode): boolean {
  return USAGE_CODES.includes(code);
}

/** Most telling first: a failure hides whether policy would have said no. */
const BY_WEIGHT: readonly ExitCode[] = [EXIT.cancelled, EXIT.bug, EXIT.failed, EXIT.usage, EXIT.blocked];

export function exitCodeOfError(error: unknown): ExitCode {
  if (!(error instanceof FactoryError)) {
    return EXIT.bug;
  }
  if (error.code === 'CANCELLED') {
    return EXIT.cancelled;
  }
  if (error.code === 'INTERNAL') {
    return EXIT.bug;
  }
  return isUsageCode(error.code) ? EXIT.usage : EXIT.failed;
}

/** Of a command that goes on after an error: the most telling one. */
export function exitCodeOfErrors(errors: readonly FactoryError[]): ExitCode {
  const codes = errors.map(exitCodeOfError);
  return BY_WEIGHT.find((code) => codes.includes(code)) ?? EXIT.ok;
}

/** `new`: what policy says no to for a reason it did not have before; `any`: whatever it says no to. */
export const FAIL_ON = ['new', 'any'] as const;
export type FailOn = (typeof FAIL_ON)[number];

export function exitCodeOfRun(outcomes: readonly ImageOutcome[], failOn: FailOn = 'new'): ExitCode {
  const codes = outcomes.map((outcome) => exitCodeOfOutcome(outcome, failOn));
  return BY_WEIGHT.find((code) => codes.includes(code)) ?? EXIT.ok;
}

function exitCodeOfOutcome(outcome: ImageOutcome, failOn: FailOn): ExitCode {
  switch (outcome.kind) {
    case 'released':
    case 'unchanged':
    case 'frozen':
    case 'postponed':
      return EXIT.ok;
    case 'blocked':
      return outcome.isNews || failOn === 'any' ? EXIT.blocked : EXIT.ok;
    case 'kept':
    case 'failed':
      return exitCodeOfError(outcome.error);
  }
}

/** What was not read, and a linter that did not run, hide findings: that weighs more than what is known. */
export function exitCodeOfCheck({ unread, findings, hadolint }: CheckResult): ExitCode {
  const failures = hadolint.kind === 'not-run' ? [...unread, hadolint.failure] : unread;
  if (failures.length > 0) {
    return exitCodeOfErrors(failures);
  }
  const isBroken = findings.some(({ level, ignored }) => level === 'error' && ignored === undefined);
  return isBroken ? EXIT.blocked : EXIT.ok;
}

/** Whether the image is as it has to be could not be told. */
const UNDECIDED_CODES: readonly FactoryErrorCode[] = [
  'NETWORK_FAILED',
  'REGISTRY_DENIED',
  'REGISTRY_UNAVAILABLE',
  'STORAGE_FAILED',
  'TOOL_FAILED',
];

/** A verifier that says no is policy saying no; one that could not look has failed. */
export function exitCodeOfVerifications(verifications: readonly Verification[]): ExitCode {
  const codes = verifications.flatMap(({ checks }) =>
    checks.flatMap(({ faults }) => faults.map(({ code }) => code)),
  );
  if (codes.some((code) => UNDECIDED_CODES.includes(code))) {
    return EXIT.failed;
  }
  const isVerified = verifications.every(({ checks }) => checks.every(({ status }) => status === 'passed'));
  return isVerified ? EXIT.ok : EXIT.blocked;
}
