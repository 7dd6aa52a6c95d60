import { expect, test } from 'vitest';
import { loadCatalog } from '../../../src/catalog/index.ts';
import type { Target } from '../../../src/model/index.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';
import { problemsAfter } from '../../support/catalog-mistakes.ts';

const PRODUCTION = { kind: 'registry', registry: 'registry.example.com', prefix: 'golden' };

async function targetsOf(targets: object): Promise<readonly Target[]> {
  using folder = temporaryFolder();
  const catalog = { ...GOOD_CATALOG['catalog.json'], targets };
  writeCatalog(folder.path, { ...GOOD_CATALOG, 'catalog.json': catalog });
  const result = await loadCatalog(folder.path);
  return result.kind === 'ok' ? result.catalog.targets : [];
}

test('all that a target can say of its signers', async () => {
  const [, production] = await targetsOf({
    production: {
      ...PRODUCTION,
      signing: {
        kms: { uri: 'awskms:///alias/golden', 'public-key': 'keys/golden.pub' },
        'accepted-keys': [{ file: 'keys/2025.pub', until: '2026-12-31' }],
        keyless: { identity: 'ci@example.com', issuer: 'https://token.example.com' },
        notation: { plugin: 'com.amazonaws.signer.notation.plugin', id: 'arn:aws:signer:x' },
      },
    },
  });
  expect(production?.signing).toEqual({
    kms: { uri: 'awskms:///alias/golden', publicKey: 'keys/golden.pub' },
    acceptedKeys: [{ file: 'keys/2025.pub', until: '2026-12-31' }],
    keyless: {
      identity: 'ci@example.com',
      issuer: 'https://token.example.com',
      fulcio: 'https://fulcio.sigstore.dev',
      rekor: 'https://rekor.sigstore.dev',
      tokenVariable: 'SIGSTORE_ID_TOKEN',
    },
    notation: {
      kind: 'plugin',
      plugin: 'com.amazonaws.signer.notation.plugin',
      id: 'arn:aws:signer:x',
      options: {},
    },
  });
});

test('the local target can have its own, and is the first all the same', async () => {
  const signing = { notation: { key: 'golden' } };
  const targets = await targetsOf({ production: PRODUCTION, local: { kind: 'local', signing } });
  expect(targets.map(({ name }) => name)).toEqual(['local', 'production']);
  expect(targets[0]?.signing).toEqual({ acceptedKeys: [], notation: { kind: 'key', name: 'golden' } });
});

test('every mistake in it is told', async () => {
  const problems = await problemsAfter((files) => {
    const signing = {
      kms: { uri: 'file:///key', 'public-key': '/etc/key.pub' },
      'accepted-keys': [{ file: '../key.pub', until: 'soon' }],
      keyless: { issuer: 'https://user:secret@token.example.com', 'token-variable': 'A-B' },
      notation: { key: '--insecure' },
    };
    files['catalog.json'].targets = { production: { ...PRODUCTION, signing } };
  });
  expect(problems.map((problem) => problem.replace('catalog.json: targets.production.signing.', ''))).toEqual(
    [
      'accepted-keys[0].file: expected a relative path without "..", got "../key.pub"',
      'accepted-keys[0].until: expected a date such as "2029-10-31", got "soon"',
      expect.stringMatching(/^keyless\.identity: /),
      expect.stringMatching(/^keyless\.issuer: expected an address without user and password/),
      'keyless.token-variable: expected the name of an environment variable, got "A-B"',
      'kms.public-key: expected a relative path without "..", got "/etc/key.pub"',
      'kms.uri: expected a key such as "awskms:///alias/golden", "gcpkms://…", "azurekms://…" or "hashivault://golden", got "file:///key"',
      'notation.key: expected a name of letters, digits and ._/-, got "--insecure"',
    ],
  );
  expect(problems.join()).not.toContain('secret');
});
