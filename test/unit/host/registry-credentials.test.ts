import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ProcessRunner } from '../../../src/host/process.ts';
import { createCredentialSource } from '../../../src/host/registry-credentials.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ada = Buffer.from('ada:sec:ret').toString('base64');
const login = { kind: 'password', username: 'ada', password: 'sec:ret' };

interface Setup {
  readonly config?: unknown;
  /** What a helper prints for a host; absent means that it fails. */
  readonly helper?: Readonly<Record<string, string>>;
}

async function sourceFor({ config, helper = {} }: Setup) {
  const home = await temporaryFolder();
  const calls: string[] = [];
  if (config !== undefined) {
    await mkdir(path.join(home, '.docker'));
    const text = typeof config === 'string' ? config : JSON.stringify(config);
    await writeFile(path.join(home, '.docker', 'config.json'), text);
  }
  const processes: ProcessRunner = {
    start: () => Promise.reject(new Error('nothing is started')),
    run: (argv, options) => {
      calls.push([...argv, options?.input].join(' '));
      const stdout = helper[options?.input ?? ''];
      return stdout === undefined
        ? Promise.reject(new Error('credentials not found'))
        : Promise.resolve({ stdout, stderr: '' });
    },
  };
  const { signal } = new AbortController();
  return {
    credentials: createCredentialSource({ environment: { DOCKER_CONFIG: '' }, home, processes, signal }),
    calls,
  };
}

describe('credentials', () => {
  test.each<Setup & { summary: string; registry: string; expected: unknown }>([
    { summary: 'no file', registry: 'a.example.com', expected: undefined },
    {
      summary: 'auth',
      config: { auths: { 'a.example.com': { auth: ada } } },
      registry: 'a.example.com',
      expected: login,
    },
    {
      summary: 'a key that is a URL',
      config: { auths: { 'https://a.example.com/v2/': { auth: ada } } },
      registry: 'a.example.com',
      expected: login,
    },
    {
      summary: 'another port is another registry',
      config: { auths: { 'a.example.com:5000': { auth: ada } } },
      registry: 'a.example.com',
      expected: undefined,
    },
    {
      summary: 'a domain is not its parent',
      config: { auths: { 'example.com': { auth: ada } } },
      registry: 'a.example.com',
      expected: undefined,
    },
    {
      summary: 'user name and password',
      config: { auths: { 'a.example.com': { username: 'ada', password: 'sec:ret' } } },
      registry: 'a.example.com',
      expected: login,
    },
    {
      summary: 'an identity token',
      config: { auths: { 'a.example.com': { auth: ada, identitytoken: 't' } } },
      registry: 'a.example.com',
      expected: { kind: 'identity-token', token: 't' },
    },
    {
      summary: 'an empty entry',
      config: { auths: { 'a.example.com': {} } },
      registry: 'a.example.com',
      expected: undefined,
    },
    {
      summary: 'a helper for the registry',
      config: { credHelpers: { 'a.example.com': 'x' }, credsStore: 'y' },
      helper: { 'a.example.com': '{"Username":"ada","Secret":"sec:ret"}' },
      registry: 'a.example.com',
      expected: login,
    },
    {
      summary: 'a helper for all',
      config: { credsStore: 'y' },
      helper: { 'a.example.com': '{"Username":"<token>","Secret":"t"}' },
      registry: 'a.example.com',
      expected: { kind: 'identity-token', token: 't' },
    },
    {
      summary: 'a helper that does not know it',
      config: { credsStore: 'y', auths: { 'a.example.com': { auth: ada } } },
      registry: 'a.example.com',
      expected: login,
    },
  ])('$summary', async ({ registry, expected, ...setup }) => {
    const { credentials } = await sourceFor(setup);
    expect(await credentials(registry)).toEqual(expected);
  });

  test('a helper is asked once per registry, with the host on its input', async () => {
    const { credentials, calls } = await sourceFor({
      config: { credHelpers: { 'a.example.com': 'ecr-login' } },
      helper: { 'a.example.com': '{"Username":"ada","Secret":"sec:ret"}' },
    });
    await credentials('a.example.com');
    await credentials('a.example.com');
    expect(calls).toEqual(['docker-credential-ecr-login get a.example.com']);
  });

  test.each([
    { summary: 'not JSON', config: '{"auths": secret' },
    { summary: 'another shape', config: { auths: ['secret'] } },
    { summary: 'a helper that is a path', config: { credsStore: '../../bin/secret' } },
  ])('$summary: an error that quotes nothing of the file', async ({ summary, config }) => {
    const { credentials } = await sourceFor({ config });
    const error = await credentials('a.example.com').catch((reason: unknown) => reason as Error);
    expect(error).toMatchObject({ code: 'REGISTRY_DENIED' });
    if (!summary.includes('path')) {
      expect((error as Error).message).not.toContain('secret');
    }
  });
});
