import { homeFolder, ingotPaths } from '../host/paths.ts';
import { openSigningKeys, type SigningKeyOptions, type SigningKeys } from '../host/signing-keys.ts';
import type { LocalRequest } from './factory.ts';

/** The key pair of this installation. By itself, as a command that only reads needs nothing else of a session. */
export async function openKeys(
  { environment, emit }: LocalRequest,
  choices: Pick<SigningKeyOptions, 'use' | 'ifMissing'>,
): Promise<SigningKeys> {
  const keys = await openSigningKeys({
    folder: ingotPaths(environment, homeFolder(environment)).config,
    password: environment['COSIGN_PASSWORD'] ?? '',
    ...choices,
  });
  if (keys.wasMade) {
    const message = `made a signing key: keep "${keys.privateKeyFile}" safe`;
    emit({ kind: 'notice', level: 'info', message });
    emit({ kind: 'notice', level: 'info', message: `who verifies needs "${keys.publicKeyFile}"` });
  }
  return keys;
}
