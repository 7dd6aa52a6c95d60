import path from 'node:path';
import { parseVerifyingKey, readVerifyingKey } from '../host/public-key.ts';
import { FactoryError, ToolError, type Catalog, type Target } from '../model/index.ts';
import type { KeysInForce, TrustedKey } from '../oci/index.ts';
import type { LocalRequest } from './factory.ts';
import { openCosign } from './find-cosign.ts';
import { openKeys } from './open-keys.ts';
import type { TrustChoice } from './trust-choice.ts';

/** For whoever reads what is published: whose word counts, and where the target says so. */
export interface TrustRequest extends LocalRequest {
  readonly trust: TrustChoice;
  readonly target: Target;
  /** Asked only where the target names files with keys. */
  readonly openCatalog: () => Promise<Pick<Catalog, 'folder'>>;
}

/** The keys that have to have signed attestations and release records: the one place that readers take them from. */
export async function openTrustedKeys(request: TrustRequest): Promise<KeysInForce> {
  const { key: choice } = request.trust;
  switch (choice.kind) {
    case 'target': {
      const { target } = request;
      const place = target.signing && { target, catalog: await request.openCatalog() };
      return openKeys(request, { use: 'verify', ifMissing: 'refuse' }, place);
    }
    case 'file': {
      const file = path.resolve(request.cwd, choice.file);
      return onlyKey({ name: file, file, verify: await readVerifyingKey(file) });
    }
    case 'kms': {
      const { uri } = choice;
      const verify = parseVerifyingKey(await fetchPublicKey(uri, request), uri);
      return onlyKey({ name: uri, file: uri, verify });
    }
  }
}

function onlyKey(key: TrustedKey): KeysInForce {
  return { keys: [key], verify: key.verify };
}

async function fetchPublicKey(uri: string, request: TrustRequest): Promise<string> {
  const { processes, cosign, signal } = await openCosign(request);
  try {
    return (await processes.run([cosign, 'public-key', `--key=${uri}`], { signal })).stdout;
  } catch (cause) {
    if (!(cause instanceof ToolError) || signal.aborted) {
      throw cause;
    }
    const reason = cause.stderrTail.split('\n').at(-1) || cause.message;
    throw new FactoryError('TOOL_FAILED', `cannot fetch public key "${uri}": ${reason}`, {
      hint: 'see that the credentials of its service are there, or name a file with the public key',
      cause,
    });
  }
}
