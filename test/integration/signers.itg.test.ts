import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createKmsSigner } from '../../src/host/kms-signer.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import {
  PREDICATE_TYPE,
  listAttached,
  readAttestation,
  referenceText,
  verifyWith,
} from '../../src/oci/index.ts';
import { createKeylessSigner, createNotationSigner, sign } from '../../src/stages/sign/index.ts';
import { serveAwsKms } from '../support/aws-kms.ts';
import { debianTools } from '../support/debian-tools.ts';
import { serveHttp } from '../support/http-server.ts';
import { inSignWorkshop } from '../support/sign-workshop.ts';
import { pemOf, testKeys } from '../support/signing.ts';
import { serveKeyless } from '../support/sigstore.ts';

const { signal } = new AbortController();

test('cosign signs with a key in AWS KMS, and verifies by its public key alone', async () => {
  await inSignWorkshop(async ({ folder, cosign, depsWith, input, published, registry }) => {
    const kms = await serveAwsKms();
    const publicKeyFile = path.join(folder, 'kms.pub');
    const authority = path.join(folder, 'authority.pem');
    await writeFile(publicKeyFile, pemOf(kms.publicKey));
    await writeFile(authority, kms.authority);
    const processes = createProcessRunner({
      AWS_CA_BUNDLE: authority,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
    });
    const verify = verifyWith(kms.publicKey);
    const signer = createKmsSigner(kms.uri, { processes, cosign, verify, signal });
    await sign(input, depsWith({ signer, verify, publicKeyFile }));
    expect(new Set(kms.calls)).toContain('Sign');
    expect(await readAttestation(published.ref, PREDICATE_TYPE.lock, { registry, verify })).toHaveProperty(
      'lock',
    );

    const other = createKmsSigner(kms.uri, { processes, cosign, verify: testKeys().verify, signal });
    await expect(other.sign(Buffer.from('text'))).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: expect.stringContaining('its signature does not fit the public key in the catalog'),
    });
  });
});

describe('keyless', () => {
  test('cosign signs beside our key with a certificate for the identity, once', async () => {
    await inSignWorkshop(async ({ folder, cosign, depsWith, input, published, registry }) => {
      const { publicKey, ...keys } = testKeys();
      const publicKeyFile = path.join(folder, 'key.pub');
      await writeFile(publicKeyFile, pemOf(publicKey));
      const deps = depsWith({ ...keys, publicKeyFile });
      await sign(input, deps);

      const { sigstore, token, keyless, roots } = await serveKeyless(folder);
      const variables = { ...roots, SIGSTORE_ID_TOKEN: token };
      const processes = createProcessRunner();
      const signer = createKeylessSigner(keyless, { processes, cosign, variables, signal });
      await signer(published.ref);
      await signer(published.ref);
      expect(sigstore.tokens).toEqual([token]);
      expect(await listAttached(published.ref, 'sig', registry)).toHaveLength(2);
      // cosign finds ours still
      await sign(input, deps);

      const other = { ...keyless, identity: 'https://ci.example.com/somebody/else' };
      const stranger = createKeylessSigner(other, { processes, cosign, variables, signal });
      await expect(stranger(published.ref)).rejects.toMatchObject({
        code: 'SIGNATURE_INVALID',
        message: expect.stringContaining(
          `not as "https://ci.example.com/somebody/else" of "${keyless.issuer}", got subjects [${keyless.identity}]`,
        ),
      });
    });
  });

  test('where a workflow of GitHub may have tokens, cosign has one issued for each signature', async () => {
    await inSignWorkshop(async ({ folder, cosign, input, published }) => {
      const { sigstore, token, keyless, roots } = await serveKeyless(folder);
      const github = await serveHttp((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ value: token }));
      });
      const processes = createProcessRunner({
        ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of this job',
      });
      const signer = createKeylessSigner(keyless, { processes, cosign, variables: roots, signal });
      await signer(published.ref);
      for (const { digest } of input.platforms) {
        await signer({ ...published.ref, digest });
      }
      expect(github.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual(
        sigstore.tokens.map(() => ['/token?api-version=2.0&audience=sigstore', 'bearer of this job']),
      );
      expect(sigstore.tokens).toEqual([token, ...input.platforms.map(() => token)]);
    });
  });
});

describe('notation', () => {
  let tools: string;

  beforeAll(async () => {
    tools = await debianTools({ suite: 'sid', packages: ['notation'] });
  });

  test('signs beside our key, once, and accepts what it has signed', async () => {
    await inSignWorkshop(async ({ folder, published: { ref } }) => {
      const processes = createProcessRunner({
        PATH: `${path.join(tools, 'usr/bin')}:${process.env['PATH'] ?? ''}`,
        XDG_CONFIG_HOME: path.join(folder, 'config'),
        HOME: folder,
      });
      await processes.run(['notation', 'cert', 'generate-test', '--default', 'golden']);
      const image = referenceText(ref);
      const verify = ['notation', 'verify', '--insecure-registry', image];
      await writeFile(
        path.join(folder, 'config/notation/trustpolicy.json'),
        JSON.stringify(trustPolicy(ref.repository)),
      );
      await expect(processes.run(verify)).rejects.toThrow(/no signature is associated/);

      const signer = createNotationSigner({ kind: 'key', name: 'golden' }, { processes, signal });
      await signer(ref);
      expect((await processes.run(verify)).stdout).toContain('Successfully verified signature');
      await signer(ref);
      const { stdout } = await processes.run(['notation', 'list', '--insecure-registry', image]);
      expect(stdout.match(/── sha256:/g)).toHaveLength(1);
    });
  });
});

/** notation's specification, "Trust policy": who may sign for a repository. */
function trustPolicy(repository: string): object {
  return {
    version: '1.0',
    trustPolicies: [
      {
        name: 'golden',
        registryScopes: [repository],
        signatureVerification: { level: 'strict' },
        trustStores: ['ca:golden'],
        trustedIdentities: ['*'],
      },
    ],
  };
}
