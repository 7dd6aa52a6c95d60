/** Every way an operation can fail that the operator can act on. `docs/errors.md` explains each one. */
export const FACTORY_ERROR_CODES = [
  'USAGE',
  'CATALOG_INVALID',
  'DECISION_INVALID',
  'TEMPLATE_INVALID',
  'LOCK_STALE',
  'INDEX_SIGNATURE_INVALID',
  'INDEX_EXPIRED',
  'INDEX_ROLLED_BACK',
  'INDEX_INVALID',
  'DIGEST_MISMATCH',
  'PACKAGE_NOT_FOUND',
  'PACKAGE_NOT_ALLOWED',
  'PACKAGES_CONFLICT',
  'ARTIFACT_NOT_FOUND',
  'SOURCE_SIGNATURE_INVALID',
  'SUMDB_SIGNATURE_INVALID',
  'SUMDB_RECORD_INVALID',
  'SUMDB_PROOF_INVALID',
  'INPUT_COPY_TAMPERED',
  'FEED_INVALID',
  'NETWORK_FAILED',
  'STORAGE_FAILED',
  'HOST_UNSUPPORTED',
  'RUN_IN_PROGRESS',
  'ENGINE_FAILED',
  'BUILD_FAILED',
  'TEST_FAILED',
  'SBOM_MISMATCH',
  'TOOL_FAILED',
  'CLUSTER_FAILED',
  'AWS_DENIED',
  'AWS_CREDENTIALS',
  'AWS_REGION',
  'AWS_CLOCK',
  'AWS_THROTTLED',
  'AWS_FAILED',
  'PRINCIPAL_MISSING',
  'ECR_IN_USE',
  'ECR_PLAN_OUTDATED',
  'REGISTRY_DENIED',
  'REGISTRY_UNAVAILABLE',
  'REGISTRY_THROTTLED',
  'REGISTRY_INVALID',
  'REPOSITORY_MISSING',
  'TAG_TAKEN',
  'SIGNATURE_INVALID',
  'RECIPE_INVALID',
  'RELEASE_NOT_FOUND',
  'RELEASE_WITHDRAWN',
  'ATTESTATION_FOREIGN',
  'ATTESTATION_TYPE',
  'REFERRER_FOREIGN',
  'SIGNATURE_MISSING',
  'ATTESTATION_MISSING',
  'LOCK_MISMATCH',
  'RELEASE_MISSING',
  'RELEASE_ROLLED_BACK',
  'RELEASE_SUPERSEDED',
  'TAG_MOVED',
  'SCAN_STALE',
  'SCAN_MISSING',
  'POLICY_TOO_LARGE',
  'CANCELLED',
  'INTERNAL',
] as const;
export type FactoryErrorCode = (typeof FACTORY_ERROR_CODES)[number];

export interface FactoryErrorOptions {
  /** What the operator can do next, one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * An operational failure. The message reads `cannot <verb> <object>: <reason>`, expected X, got Y,
 * and never holds a secret. Policy saying no is a value, not one of these.
 */
export class FactoryError extends Error {
  readonly code: FactoryErrorCode;
  readonly hint: string | undefined;

  constructor(code: FactoryErrorCode, message: string, options: FactoryErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FactoryError';
    this.code = code;
    this.hint = options.hint;
  }
}

export type ToolErrorKind = 'spawn-failed' | 'exited' | 'killed';

/** A child process that did not do its work. */
export class ToolError extends Error {
  readonly kind: ToolErrorKind;
  readonly exitCode: number | undefined;
  readonly stderrTail: string;

  constructor(
    kind: ToolErrorKind,
    message: string,
    details: { exitCode?: number; stderrTail: string; cause?: unknown },
  ) {
    super(message, { cause: details.cause });
    this.name = 'ToolError';
    this.kind = kind;
    this.exitCode = details.exitCode;
    this.stderrTail = details.stderrTail;
  }
}

/** Once a run was cancelled, whatever was under way has broken off because of it, each in its own words. */
export function cancelledError(cause: unknown): FactoryError {
  return new FactoryError('CANCELLED', 'cannot finish: the run was cancelled', {
    hint: 'run again: it goes on where this run stopped',
    cause,
  });
}

/** A bug in ingot: reported once in `main.ts`, exit code 70. */
export class InternalError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(`internal error: ${message}`, options);
    this.name = 'InternalError';
  }
}

/** Closes an exhaustive `switch`. */
export function assertNever(value: never): never {
  throw new InternalError(`unexpected value ${JSON.stringify(value)}`);
}
