import { describe, expect, test } from 'vitest';
import type { ProcessRunner } from '../../../../src/host/process.ts';
import { ToolError } from '../../../../src/model/index.ts';
import type { Keyless, NotationKey, Sha256 } from '../../../../src/model/index.ts';
import { createKeylessSigner, createNotationSigner } from '../../../../src/stages/sign/index.ts';

const { signal } = new AbortController();
const DIGEST = `sha256:${'a'.repeat(64)}` as Sha256;
const LOCAL = { repository: '127.0.0.1:5000/golden/python', digest: DIGEST };
const REMOTE = { repository: 'registry.example.com/golden/python', digest: DIGEST };
const PLUGIN: NotationKey = {
  kind: 'plugin',
  plugin: 'com.amazonaws.signer.notation.plugin',
  id: 'arn:aws:signer:eu-west-1:111122223333:/signing-profiles/golden',
  options: { 'aws-region': 'eu-west-1' },
};
const KEYLESS: Keyless = {
  fulcio: 'https://fulcio.example.com',
  rekor: 'https://rekor.example.com',
  identity: 'ci@example.com',
  issuer: 'https://token.example.com',
  tokenVariable: 'TOKEN',
};

/** Answers in their order; text is printed, an error thrown. */
function scripted(answers: readonly (string | Error)[]) {
  const calls: { argv: readonly string[]; env: object }[] = [];
  const processes: ProcessRunner = {
    start: () => Promise.reject(new Error('nothing is started')),
    run: (argv, { env = {} } = {}) => {
      const answer = answers[calls.length] ?? new Error(`unexpected: ${argv.join(' ')}`);
      calls.push({ argv, env });
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve({ stdout: answer, stderr: '' });
    },
  };
  return { calls, processes };
}

function exited(stderrTail: string): ToolError {
  return new ToolError('exited', `"tool" exited with 1: ${stderrTail}`, { exitCode: 1, stderrTail });
}

function textOf(calls: readonly { argv: readonly string[] }[]): string {
  return calls.map(({ argv }) => `${argv.join('\n')}\n`).join('\n');
}

const UNSIGNED = 'python has no associated signature\n';
const SIGNED = `${LOCAL.repository}\n└── application/vnd.cncf.notary.signature\n    └── sha256:${'b'.repeat(64)}\n`;

describe('notation', () => {
  test.each([
    { name: 'notation-key', ref: LOCAL, key: { kind: 'key', name: 'golden' } as const },
    { name: 'notation-aws-signer', ref: REMOTE, key: PLUGIN },
  ])('$name', async ({ name, ref, key }) => {
    const { calls, processes } = scripted([UNSIGNED, '']);
    await createNotationSigner(key, { processes, signal })(ref);
    await expect(textOf(calls)).toMatchFileSnapshot(`../../../golden/argv/${name}.txt`);
  });

  test('signs nothing twice', async () => {
    const { calls, processes } = scripted([SIGNED]);
    await createNotationSigner(PLUGIN, { processes, signal })(REMOTE);
    expect(calls).toHaveLength(1);
  });

  test('that fails is told in its own words', async () => {
    const { processes } = scripted([UNSIGNED, exited('Error: sign failed: AccessDenied')]);
    await expect(createNotationSigner(PLUGIN, { processes, signal })(REMOTE)).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      message: `cannot have notation sign ${REMOTE.repository}@${DIGEST}: Error: sign failed: AccessDenied`,
    });
  });
});

describe('keyless', () => {
  const none = exited('Error: no signatures found');
  const variables = { SIGSTORE_ID_TOKEN: 'secret-token' };

  test('cosign signs where it finds nothing of the identity, then looks again', async () => {
    const { calls, processes } = scripted([none, '', '[]']);
    await createKeylessSigner(KEYLESS, { processes, signal, cosign: '/tools/cosign', variables })(REMOTE);
    await expect(textOf(calls)).toMatchFileSnapshot('../../../golden/argv/cosign-keyless.txt');
    expect(calls.map(({ env }) => env)).toEqual([variables, variables, variables]);
    expect(textOf(calls)).not.toContain('secret-token');
  });

  test('a registry that is down is not "not signed"', async () => {
    const { calls, processes } = scripted([exited('Error: dial tcp: connection refused')]);
    const signer = createKeylessSigner(KEYLESS, { processes, signal, cosign: 'cosign', variables });
    await expect(signer(REMOTE)).rejects.toMatchObject({ code: 'TOOL_FAILED' });
    expect(calls).toHaveLength(1);
  });
});
