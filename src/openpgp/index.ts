export { MAX_CLOCK_SKEW_MS, SignatureRefused } from './trust.ts';
export type { KeyTrust } from './trust.ts';
export { verifyClearsigned, type SignedText } from './clearsigned.ts';
export { KeyFileRefused, parseKeyFile } from './key-file.ts';
export { verifyDetached } from './detached.ts';
