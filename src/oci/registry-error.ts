import { z } from 'zod';
import { FactoryError } from '../model/index.ts';
import type { FactoryErrorCode, Sha256 } from '../model/index.ts';
import type { WireResponse } from './wire.ts';

export interface RegistryFailure {
  readonly code: FactoryErrorCode;
  /** What was being done: `read tag "3.13" of 127.0.0.1:5000/golden/python`. */
  readonly doing: string;
  readonly reason: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The one place that words failures of registry requests: none of them holds a header, a token or a query. */
export function registryError({ code, doing, reason, ...options }: RegistryFailure): FactoryError {
  const message = `cannot ${doing}: ${reason}`;
  return new FactoryError(code, message, options);
}

/** A 401 after logging in, a 403, or nothing to log in with. */
export function deniedError(registry: string, reason: string): FactoryError {
  return new FactoryError('REGISTRY_DENIED', `cannot use registry ${registry}: ${reason}`, {
    hint: `log in with "docker login ${registry}", or ask for access to the repository`,
  });
}

/** What the registry has stored by then is not pushed again. */
export function fullError(registry: string, doing: string): FactoryError {
  return registryError({
    code: 'STORAGE_FAILED',
    doing,
    reason: `the disk of registry ${registry} is full`,
    hint: 'free space where it keeps its content, and run again: it goes on from there',
  });
}

/** OCI distribution spec 1.1 "Error Codes". */
const ErrorsSchema = z.object({
  errors: z.array(z.object({ code: z.string(), message: z.string().optional() })),
});
export type SpecError = z.infer<typeof ErrorsSchema>['errors'][number];

/** Long enough for any registry's own words. */
const MAX_REASON_LENGTH = 300;

/** Throws unless the registry answered with one of these. */
export function expectStatus(response: WireResponse, expected: readonly number[], doing: string): void {
  if (expected.includes(response.status)) {
    return;
  }
  const errors = specErrors(response);
  const isDigest = errors.some(({ code }) => code === 'DIGEST_INVALID');
  throw registryError({
    code: isDigest ? 'DIGEST_MISMATCH' : 'REGISTRY_INVALID',
    doing,
    reason: `expected ${expected.join(' or ')} from the registry, got ${response.status}${errorText(errors)}`,
  });
}

/** As ECR words it where a tag is immutable: also where it names this very image already. */
export function saysTagIsTaken(response: WireResponse): boolean {
  return specErrors(response).some(
    ({ code, message = '' }) =>
      code === 'ImageTagAlreadyExistsException' ||
      (/^(TAG_INVALID|TAG_IMMUTABLE)$/.test(code) && /immutable|already exists/i.test(message)),
  );
}

/** A tag that never moves names something else. */
export function tagTakenError(doing: string, found: Sha256 | undefined, expected: Sha256): FactoryError {
  return registryError({
    code: 'TAG_TAKEN',
    doing,
    reason: `it never moves and points at ${found ?? 'nothing that can be read'}, expected ${expected}`,
    hint: 'another run may have been faster: run again when it has ended; else see who can write to this repository',
  });
}

/** A manifest was refused because the registry does not see something that it names. */
export function saysBlobUnknown(response: WireResponse): boolean {
  return specErrors(response).some(({ code }) => code === 'MANIFEST_BLOB_UNKNOWN');
}

function errorText(errors: readonly SpecError[]): string {
  const text = errors.map(({ code, message }) => [code, message ?? ''].join(' ').trim()).join('; ');
  return text === '' ? '' : ` (${text.slice(0, MAX_REASON_LENGTH)})`;
}

export function specErrors(response: Pick<WireResponse, 'body'>): readonly SpecError[] {
  try {
    return ErrorsSchema.parse(JSON.parse(Buffer.from(response.body).toString('utf8'))).errors;
  } catch {
    return [];
  }
}
