import { z } from 'zod';
import type { Validators } from '../../host/http-messages.ts';
import type { VerifiedRelease } from '../../debian/index.ts';
import { isDebianArchive } from '../../model/index.ts';
import { isSha256, sha256Of } from '../../oci/index.ts';
import { digestOf } from './content-digest.ts';
import type { ResolveDeps } from './deps.ts';
import { parseState } from './parse-state.ts';
import type { SuiteName } from './suites.ts';

/** What the cache remembers of a suite between runs. The InRelease itself is in the content cache. */
const RememberedSchema = z.object({
  inRelease: z.string().refine(isSha256),
  /** An InRelease with an older Date is a rollback. */
  newestDate: z.iso.datetime(),
  /** When a mirror last answered for this suite. */
  checkedAt: z.iso.datetime(),
  /** Digest of the URL the validators belong to: another mirror's ETag says nothing. */
  url: z.string().refine(isSha256),
  etag: z.string().exactOptional(),
  lastModified: z.string().exactOptional(),
});

/** A suite's last accepted InRelease. Its bytes must be verified again before they are used. */
export interface AcceptedRelease {
  readonly newestDate: Date;
  readonly checkedAt: Date;
  /** Absent when the cached copy is gone or damaged. */
  readonly bytes?: Uint8Array;
  /** For a conditional request; empty for another mirror, or without the bytes. */
  readonly validators: Validators;
}

/** A file that cannot be read as ours counts as none: everything in it can be asked for again. */
export async function recallRelease(
  name: SuiteName,
  url: string,
  { cache, state }: Pick<ResolveDeps, 'cache' | 'state'>,
): Promise<AcceptedRelease | undefined> {
  const text = await state.read(fileOf(name));
  const parsed = RememberedSchema.safeParse(parseState(text));
  if (!parsed.success) {
    return undefined;
  }
  const { inRelease, newestDate, checkedAt, url: askedUrl, ...validators } = parsed.data;
  const dates = { newestDate: new Date(newestDate), checkedAt: new Date(checkedAt) };
  const digest = digestOf(inRelease);
  const intact = (await cache.find(digest)) !== undefined;
  const bytes = intact ? await cache.readUnverified(digest) : undefined;
  if (bytes === undefined) {
    return { ...dates, validators: {} };
  }
  return { ...dates, bytes, validators: askedUrl === sha256Of(url) ? validators : {} };
}

/** Remembers a release that was verified, against the rollback of a later run. */
export async function rememberRelease(
  name: SuiteName,
  {
    release,
    ...asked
  }: { readonly release: VerifiedRelease; readonly url: string; readonly validators: Validators },
  { state, runStartedAt }: Pick<ResolveDeps, 'state' | 'runStartedAt'>,
): Promise<void> {
  const remembered: z.infer<typeof RememberedSchema> = {
    inRelease: release.sha256,
    newestDate: release.date.toISOString(),
    checkedAt: runStartedAt.toISOString(),
    url: sha256Of(asked.url),
    ...asked.validators,
  };
  await state.write(fileOf(name), `${JSON.stringify(remembered, undefined, 2)}\n`);
}

/** A further repository's suite may be called `trixie` too. */
function fileOf({ archive, suite }: SuiteName): string {
  const file = encodeURIComponent(suite);
  return isDebianArchive(archive) ? `${file}.json` : `${file}@${archive}.json`;
}
