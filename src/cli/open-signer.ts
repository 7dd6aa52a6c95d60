import path from 'node:path';
import { createKmsSigner } from '../host/kms-signer.ts';
import type { ImageSigner } from '../oci/index.ts';
import type { FactoryRequest } from './factory.ts';
import type { Host } from './open-host.ts';
import type { OpenedKeys } from './open-keys.ts';

/** Signs what the target gets: the key pair, or the service that the target names. */
export function openSigner(
  { host, keys }: { readonly host: Pick<Host, 'tools' | 'runner'>; readonly keys: OpenedKeys },
  { target, environment, signal }: Pick<FactoryRequest, 'target' | 'environment' | 'signal'>,
): ImageSigner {
  const kms = target.signing?.kms;
  if (kms === undefined) {
    return keys.signer;
  }
  // Debian's cosign signs with AWS alone of the services; what has signed is verified by it in any case
  const cosign = environment['INGOT_COSIGN'] ?? cosignOf(host);
  return createKmsSigner(kms.uri, { processes: host.runner, cosign, verify: keys.verifyOwn, signal });
}

/** Path of the builder's cosign. */
export function cosignOf({ tools }: Pick<Host, 'tools'>): string {
  return path.join(tools.folder, 'usr/bin/cosign');
}
