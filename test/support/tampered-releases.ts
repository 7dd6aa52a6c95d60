import { expect } from 'vitest';
import { attachmentTag, MEDIA_TYPE, parseManifest, referrersTag } from '../../src/oci/index.ts';
import { isVerified } from '../../src/verify/index.ts';
import { allAttestations, scanSaying, type Row } from './tampering.ts';
import { DEMANDS, failures, HOUR_MS, TRACK } from './verified-release.ts';

/** Content, tags and records that are not what they were. */
export const RELEASE_ROWS: readonly Row[] = [
  {
    summary: 'a layer swapped under the same tag',
    tamper: async (at) => {
      await at.release('one');
      const swapped = await at.publishAndSign('swapped');
      const { digest } = swapped.published.ref;
      for (const tag of [attachmentTag(digest, 'sig'), attachmentTag(digest, 'att')]) {
        await at.deleteTag(tag);
      }
      await at.pointTag(TRACK, digest);
      return undefined;
    },
    failed: {
      signature: ['SIGNATURE_MISSING'],
      ...allAttestations('ATTESTATION_MISSING'),
      release: ['TAG_MOVED', 'RELEASE_MISSING'],
    },
  },
  {
    summary: 'a layer whose bytes changed',
    tamper: async (at) => {
      const { image } = await at.release('damaged layer');
      const { digest } = image.tested.built.platforms[0]!.manifest;
      const found = await at.registry.getManifest(at.repository, digest);
      await at.damageBlob(parseManifest(found!.bytes, 'manifest').layers[0]!.digest);
      return undefined;
    },
    failed: { sbom: ['DIGEST_MISMATCH'] },
  },
  {
    summary: 'a manifest that does not match its digest',
    tamper: async (at) => {
      const { image } = await at.release('damaged manifest');
      await at.damageBlob(image.tested.built.platforms[0]!.manifest.digest);
      return undefined;
    },
    failed: { digest: ['DIGEST_MISMATCH'], sbom: ['DIGEST_MISMATCH'] },
  },
  {
    summary: 'an index that does not match the digest of its tag',
    tamper: async (at) => {
      const { published } = await at.release('damaged index');
      await at.damageBlob(published.ref.digest);
      return undefined;
    },
    failed: { digest: ['DIGEST_MISMATCH'] },
  },
  {
    summary: 'a tag moved to an older image without a newer record',
    tamper: async (at) => {
      const old = await at.release('one');
      await at.release('two');
      await at.pointTag(TRACK, old.published.ref.digest);
      return undefined;
    },
    failed: { release: ['TAG_MOVED'] },
  },
  {
    summary: 'a unique tag moved',
    tamper: async (at) => {
      await at.release('one');
      const { record } = await at.release('two');
      await at.pointTag(record.tags.unique, record.previous!);
      return undefined;
    },
    failed: { release: ['TAG_MOVED'] },
  },
  {
    summary: 'a registry that went back to an older newest record',
    tamper: async (at) => {
      const old = await at.release('one');
      await at.release('two');
      expect(failures(await at.verify())).toEqual({});
      await at.deleteTag('release-3.13-000002');
      await at.pointTag(TRACK, old.published.ref.digest);
      return undefined;
    },
    failed: { release: ['RELEASE_ROLLED_BACK'] },
  },
  {
    summary: 'a record that is gone from the middle',
    tamper: async (at) => {
      for (const content of ['one', 'two', 'three']) {
        await at.release(content);
      }
      await at.deleteTag('release-3.13-000002');
      return undefined;
    },
    failed: { release: ['RELEASE_MISSING'] },
  },
  {
    summary: 'an image that was signed and never released',
    tamper: async (at) => {
      await at.release('one');
      const { published } = await at.publishAndSign('two');
      await at.pointTag('new', published.ref.digest);
      return { reference: `${at.repository}:new` };
    },
    failed: { lock: ['LOCK_MISMATCH'], release: ['RELEASE_MISSING'] },
  },
  {
    summary: 'a release that was withdrawn',
    tamper: async (at) => {
      const { record } = await at.release('one');
      const decision = { file: 'decisions/bad.json', kind: 'withdraw', target: 'python-*' } as const;
      const common = { owner: 'platform', reason: 'corrupt', expires: '2027-01-01' };
      return { demands: { withdrawals: [{ ...decision, ...common, release: record.tags.unique }] } };
    },
    failed: { release: ['RELEASE_WITHDRAWN'] },
  },
  {
    summary: 'a superseded release where the newest is asked for',
    tamper: async (at) => {
      const { published } = await at.release('one');
      await at.release('two');
      const reference = `${at.repository}@${published.ref.digest}`;
      expect(isVerified(await at.verify({}, reference))).toBe(true);
      return { demands: { newest: true }, reference };
    },
    failed: { release: ['RELEASE_SUPERSEDED'] },
  },
  {
    summary: 'a scan that is older than allowed',
    tamper: async (at) => {
      await at.release('one');
      return { demands: { now: new Date(DEMANDS.now.getTime() + 168 * HOUR_MS) } };
    },
    failed: { scan: ['SCAN_STALE'] },
  },
  {
    summary: 'a scan with stale data',
    tamper: scanSaying({ status: 'stale' }),
    failed: { scan: ['SCAN_STALE'] },
  },
  {
    summary: 'not scanned, which is not clean',
    tamper: scanSaying({ status: 'not-scanned', reason: 'the archive did not answer' }),
    failed: { scan: ['SCAN_MISSING'] },
  },
  {
    summary: 'a required scanner that did not look',
    tamper: async (at) => {
      await at.release('one');
      return { demands: { requiredScanners: ['debian-archive', 'grype'] } };
    },
    failed: { scan: ['SCAN_MISSING'] },
  },
  {
    summary: 'a list of referrers with a foreign entry',
    tamper: async (at) => {
      const { published } = await at.release('one');
      const other = await at.registry.getManifest(at.repository, attachmentTag(published.ref.digest, 'att'));
      const entry = { mediaType: MEDIA_TYPE.manifest, digest: other!.digest, size: other!.bytes.length };
      const list = { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests: [entry] };
      const bytes = Buffer.from(JSON.stringify(list));
      await at.registry.putManifest(at.repository, referrersTag(published.ref.digest), {
        mediaType: MEDIA_TYPE.index,
        bytes,
      });
      return undefined;
    },
    failed: { referrers: ['REFERRER_FOREIGN'] },
  },
];
