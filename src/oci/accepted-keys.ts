import { verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { VerifySignature } from './dsse.ts';

/** A public key whose signatures count. */
export interface TrustedKey {
  /** What messages call it. */
  readonly name: string;
  /** As cosign's `--key` takes it: a PEM file, or the URI of a service. */
  readonly file: string;
  readonly verify: VerifySignature;
}

/** A key that has been replaced: what it signed counts until the day is over. */
export interface RetiredKey extends TrustedKey {
  /** The last day, `2026-12-31`, UTC. */
  readonly until: string;
}

/** Whose signatures count today, wherever something published is read. */
export interface KeysInForce {
  /** Today's, then those before it that still count. */
  readonly keys: readonly [TrustedKey, ...TrustedKey[]];
  /** Any of them; of one whose day is over it says so. */
  readonly verify: VerifySignature;
}

/** Whether this one key made the signature: ECDSA P-256 over SHA-256. */
export function verifyWith(key: KeyObject): VerifySignature {
  return (bytes, signature) => verify('sha256', bytes, key, signature);
}

/** The key of today, and those before it while they count. */
export function keysInForce(current: TrustedKey, retired: readonly RetiredKey[], today: Date): KeysInForce {
  if (retired.length === 0) {
    return { keys: [current], verify: current.verify };
  }
  const day = today.toISOString().slice(0, 'yyyy-mm-dd'.length);
  const keys = [current, ...retired.filter(({ until }) => until >= day)] as const;
  const expired = retired.filter(({ until }) => until < day);
  const verifyAny: VerifySignature = (bytes, signature) => keys.some((key) => key.verify(bytes, signature));
  return {
    keys,
    verify: Object.assign(verifyAny, {
      whyNot: (bytes: Uint8Array, signature: Uint8Array) => {
        const key = expired.find((each) => each.verify(bytes, signature));
        return key && `its key "${key.name}" was accepted until ${key.until}`;
      },
    }),
  };
}
