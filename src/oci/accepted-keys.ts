import { verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { VerifySignature } from './dsse.ts';

/** A key that has been replaced: what it signed counts until the day is over. */
export interface RetiredKey {
  /** What messages call it. */
  readonly name: string;
  readonly key: KeyObject;
  /** The last day, `2026-12-31`, UTC. */
  readonly until: string;
}

/** Whether this one key made the signature: ECDSA P-256 over SHA-256. */
export function verifyWith(key: KeyObject): VerifySignature {
  return (bytes, signature) => verify('sha256', bytes, key, signature);
}

/** The key of today, and those before it while they count; of one whose day is over it says so. */
export function verifyWithAny(
  current: VerifySignature,
  retired: readonly RetiredKey[],
  today: Date,
): VerifySignature {
  if (retired.length === 0) {
    return current;
  }
  const day = today.toISOString().slice(0, 'yyyy-mm-dd'.length);
  const inForce = retired.filter(({ until }) => until >= day).map(({ key }) => verifyWith(key));
  const expired = retired.filter(({ until }) => until < day);
  const verifyAny: VerifySignature = (bytes, signature) =>
    [current, ...inForce].some((one) => one(bytes, signature));
  return Object.assign(verifyAny, {
    whyNot: (bytes: Uint8Array, signature: Uint8Array) => {
      const key = expired.find((each) => verifyWith(each.key)(bytes, signature));
      return key && `its key "${key.name}" was accepted until ${key.until}`;
    },
  });
}
