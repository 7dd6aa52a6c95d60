import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CORPORATE_CA, NAMELESS_CA, ROCKET_CA } from '../support/certificates.ts';
import { changeJson, freshMachine, type Machine } from '../support/ingot.ts';
import { createAuthority } from '../support/network/certificates.ts';

const authority = createAuthority();
const server = authority.issue('localhost');

/** One that is there twice is trusted once. */
const OWN = [CORPORATE_CA, NAMELESS_CA, ROCKET_CA, CORPORATE_CA, authority.certificate].join('');

const BUNDLE = `
fileContentTests:
  - name: the bundle has the company, behind everybody else
    path: /etc/ssl/certs/ca-certificates.crt
    expectedContents: ['${CORPORATE_CA.split('\n')[1] ?? ''}']
`;

const JAVA = String.raw`
commandTests:
  - name: TLS trusts what the truststore has
    command: java
    args: [/example/checks/Trust.java]
    expectedOutput: ['^true\n$']
  - name: the truststore has each authority once
    command: keytool
    args: [-list, -cacerts, -storepass, changeit]
    expectedOutput:
      ['(?m)^example corp root ca [0-9a-f]{8}, ', '(?m)^unnamed [0-9a-f]{8}, ', '(?m)^k.+ \? ca [0-9a-f]{8}, ']
    excludedOutput: ['(?s)example corp root ca.*example corp root ca']
    excludedError: ['tampered']
`;

/** For Node.js and what stands in for it. */
const ASK_ITSELF = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
const [key, cert] = ['key', 'cert'].map((name) => readFileSync('/example/' + name + '.pem'));
const server = createServer({ key, cert }, (request, response) => response.end('trusted'));
server.listen(8443, async () => {
  const answer = await fetch('https://localhost:8443/');
  console.log(await answer.text());
  process.exit(0);
});
`;

function javaScript(command: string): string {
  return String.raw`
commandTests:
  - name: TLS trusts a server of the company
    command: /usr/local/bin/${command}
    args: [${command === 'deno' ? 'run, --allow-all, ' : ''}/example/ask-itself.mjs]
    expectedOutput: ['^trusted\n$']
`;
}

const IMAGES = [
  { parent: 'bun', track: '1', checks: javaScript('bun') },
  { parent: 'deno', track: '2', checks: javaScript('deno') },
  { parent: 'java-jre', track: '21', checks: JAVA },
  { parent: 'node', track: '24', checks: javaScript('node') },
] as const;

let machine: Machine;

beforeAll(async () => {
  machine = await freshMachine();
});

afterAll(async () => {
  await machine.remove();
});

/** The image `node-corp` on `node`, and so on, which adds our authorities and checks that they are there. */
async function addImage(folder: string, { parent, checks }: (typeof IMAGES)[number]): Promise<void> {
  const name = `${parent}-corp`;
  const { exitCode, output } = await machine.ingot(
    ['init', 'image', name, '--extends', parent, '--suite', 'trixie'],
    { cwd: folder },
  );
  expect(exitCode, output).toBe(0);
  const stack = path.join(folder, 'stacks', name);
  await changeJson(path.join(stack, 'stack.json'), (content) => {
    content['certificates'] = ['certs/corp.pem'];
  });
  await mkdir(path.join(stack, 'certs'));
  const files = {
    'certs/corp.pem': OWN,
    'structure-test.yaml': `schemaVersion: 2.0.0\n${checks}${BUNDLE}`,
    'example/ask-itself.mjs': ASK_ITSELF,
    'example/key.pem': server.key,
    'example/cert.pem': server.certificate,
  };
  for (const [file, content] of Object.entries(files)) {
    await writeFile(path.join(stack, file), content);
  }
}

test("a company's authorities are trusted by OpenSSL's bundle, Java, Node.js, Bun and Deno", async () => {
  const { exitCode } = await machine.ingot(['init', 'golden-images']);
  expect(exitCode).toBe(0);
  const folder = path.join(machine.folder, 'golden-images');
  for (const image of IMAGES) {
    await addImage(folder, image);
  }
  const ids = IMAGES.map(({ parent, track }) => `${parent}-corp-${track}`);
  const run = await machine.ingot(['nightly', ...ids], { cwd: folder });
  expect(run.exitCode, run.output).toBe(0);
  const { images } = await machine.report(folder);
  expect(images.map(({ id, outcome, reasons }) => ({ id, outcome, reasons }))).toEqual(
    ids.map((id) => ({ id, outcome: 'released', reasons: [] })),
  );
});
