import { FactoryError, redactUrl } from '../../model/index.ts';
import { checksumIn } from '../checksums.ts';
import type { Release } from './release.ts';
import { openChecksums, type SignatureDeps } from './signature.ts';
import { expand } from './url-template.ts';
import { oneText, parseJson } from './version-list.ts';

export interface Checksum {
  readonly hex: string;
  /** Fingerprint, where the checksums are signed. */
  readonly signedBy?: string;
}

/** The digest the upstream publishes, from a file whose signature was verified if the stack demands one. */
export async function readChecksum(release: Release, deps: SignatureDeps): Promise<Checksum> {
  const { request, variables, what } = release;
  const { checksum } = request;
  const url = expand(checksum.url, variables);
  const { text, ...signer } = await openChecksums(release, await deps.web.read(url), deps);
  const written =
    checksum.format === 'json'
      ? oneText(parseJson(text, url), checksum.pointer)
      : (checksumIn(text, fileName(release.url)) ?? '');
  if (written === '') {
    throw new FactoryError(
      'ARTIFACT_NOT_FOUND',
      `cannot lock ${what}: ${redactUrl(url)} has no checksum of it`,
      {
        hint: 'correct "checksum" in stack.json; or the release is still under way, then run again later',
      },
    );
  }
  // as an OCI digest, which GitHub's API writes
  return { hex: written.toLowerCase().replace(/^sha(?:256|512):/, ''), ...signer };
}

function fileName(url: string): string {
  const { pathname } = new URL(url);
  return decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1));
}
