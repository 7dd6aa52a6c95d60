import path from 'node:path';
import type { KeylessRoots } from '../model/index.ts';

/** Where cosign finds the roots of another service than Sigstore's own: files of the catalog. */
export function rootVariables(roots: KeylessRoots, folder: string): Readonly<Record<string, string>> {
  return {
    SIGSTORE_ROOT_FILE: path.join(folder, roots.fulcio),
    SIGSTORE_REKOR_PUBLIC_KEY: path.join(folder, roots.rekor),
    SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: path.join(folder, roots.ctlog),
  };
}
