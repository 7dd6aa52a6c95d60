import { expect, test } from 'vitest';
import { checkDockerfile } from '../../../src/check/index.ts';
import { brokenRules, checkPolicy, PINNED } from '../../support/check.ts';

test.each([
  ['ARG NPM_TOKEN', 'secret-name'],
  ['ARG NPM_TOKEN=', 'secret-name'],
  ['ENV DB_PASSWORD=hunter2', 'secret-name'],
  ['ENV DB_PASSWORD hunter2', 'secret-name'],
  ['ENV A=b aws_secret_access_key="x y"', 'secret-name'],
  ['ENV githubToken=x', 'secret-name'],
  ['ENV api-key=x', 'secret-name'],
  ['ENV PGPASSWORD=x', 'secret-name'],
  ['ENV MYSQL_PWD=x', 'secret-name'],
  ['ENV SMTP_PASS=x', 'secret-name'],
  ['ENV APIKEY=x', 'secret-name'],
  ['ENV SSH_PASSPHRASE=x', 'secret-name'],
  ['ENV A_AUTHTOKEN=x', 'secret-name'],
  ['ENV DB_PASSWORD="#x"', 'secret-name'],
  ['ENV A=b \\\n  # why\n  DB_PASSWORD=#x', 'secret-name'],
  ['ARG GPG_KEY', 'secret-name'],
  ['ENV GPG_KEY=secret', 'secret-name'],
  ['ENV GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305', undefined],
  ['ENV GPG_KEY 0xA821E680E5FA6305', undefined],
  ['ENV OPENSSL_PGP_KEY_IDS="0xA821E680E5FA6305 \\\n  0xB821E680E5FA6305"', undefined],
  ['ENV GPG_KEY="A821E680E5FA6305 secret"', 'secret-name'],
  ['ENV APT_KEY_DONT_WARN_ON_DANGEROUS_USAGE=1', undefined],
  ['ARG DISABLE_AUTH="true"', undefined],
  ['ARG SSH_AUTH_SOCK=/run/agent', undefined],
  ['ENV POSTGRES_HOST_AUTH_METHOD=scram-sha-256', undefined],
  ['ENV OLDPWD=/ PWD=/ PASS=2 COMPASS=n', undefined],
  ['ENV DB_PASSWORD=', undefined],
  ['ENV DB_PASSWORD=""', undefined],
  ['ENV DB_PASSWORD_FILE=/run/secrets/db', undefined],
  ['ENV TOKEN_URL=https://login.example.com', undefined],
  ['ENV PUBLIC_KEY=abc', undefined],
  ['ENV MONKEY=abc TOKENIZER=x AUTHOR=me KEYBOARD=de', undefined],
  ['RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci', undefined],
])('%s: %s', (line, rule) => {
  expect(brokenRules(`FROM ${PINNED}\n${line}\n`)).toEqual(rule === undefined ? [] : [`2 ${rule}`]);
});

const PRIVATE_KEY = ['-----BEGIN', 'OPENSSH PRIVATE', 'KEY-----'].join(' ');

/** Put together here, so that no scanner of this repository takes them for real ones. */
const SECRETS = {
  'an AWS access key': `AKIA${'ABCDEFGH'.repeat(2)}`,
  'a private key': PRIVATE_KEY,
  'a GitHub token': `ghp_${'a1B2'.repeat(9)}`,
  'a GitLab token': `glpat-${'a1B2'.repeat(5)}`,
  'an npm token': `npm_${'a1B2'.repeat(9)}`,
  'a Python package index token': `pypi-${'AgEI'.repeat(15)}`,
  'a Slack token': `xoxb-${'1234567890'.repeat(2)}`,
  'a Google API key': `AIza${'a1B2c3D'.repeat(5)}`,
  'a Stripe key': `sk_live_${'a1B2'.repeat(6)}`,
  'a JSON web token': `eyJ${'a1B2'.repeat(4)}.eyJ${'a1B2'.repeat(4)}.${'a1B2'.repeat(4)}`,
  'a password in a URL': 'https://ci:hunter22@git.example.com/x',
};

test.each(Object.entries(SECRETS))('%s is found, and never repeated', (what, secret) => {
  const heredoc = `ADD <<EOF /etc/x\nv=\n${secret}\nEOF`;
  const text = `FROM ${PINNED}\nENV A="${secret}"\nRUN use ${secret}\n${heredoc}\n# ${secret}\nRUN a \\\n # ${secret}\n`;
  const findings = checkDockerfile({ file: 'Dockerfile', text }, checkPolicy());
  expect(findings.map(({ line, rule, message }) => `${line} ${rule} ${message}`)).toEqual([
    `2 secret-value ENV has ${what} in it`,
    `3 secret-value RUN has ${what} in it`,
    `4 secret-value ADD has ${what} in it`,
    `8 secret-value the comment has ${what} in it`,
    `10 secret-value the comment has ${what} in it`,
  ]);
  expect(JSON.stringify(findings)).not.toContain(secret);
});

test.each([
  'RUN git clone https://${USER}:${TOKEN}@git.example.com/x',
  'ENV PROXY=http://proxy.example.com:3128/a@b',
  'RUN curl -o x https://example.com/@scope/x',
])('%s has none', (line) => {
  expect(brokenRules(`FROM ${PINNED}\n${line}\n`)).toEqual([]);
});

test("a private key of GnuPG's is found too", () => {
  const block = ['-----BEGIN', 'PGP PRIVATE', 'KEY', 'BLOCK-----'].join(' ');
  expect(brokenRules(`FROM ${PINNED}\nENV A="${block}"\n`)).toEqual(['2 secret-value']);
});
