import { baseName } from '../../../oci/index.ts';
import type { RootEntry } from '../../../oci/index.ts';
import { fileOwners } from './ownership.ts';
import { pathsWhere } from './rule.ts';
import type { RootRule } from './rule.ts';

/** Dockle's CIS-DI-0010. Names of public keys and of files that hold a secret elsewhere are none. */
const SECRET_VARIABLE = /PASSWD|PASSWORD|SECRET|TOKEN|KEY|ACCESS|CREDENTIAL/i;
const NO_SECRET_VARIABLE = /^GPG_KEYS?$|_(FILE|PATH|DIR)$/;

export const noSecretVariables: RootRule = {
  check: 'config-no-secrets',
  expected: 'no environment variable named like a secret',
  variants: ['runtime', 'dev'],
  violations: ({ config }) =>
    config.config.Env.map((line) => line.replace(/=.*/s, '')).filter(
      (name) => SECRET_VARIABLE.test(name) && !NO_SECRET_VARIABLE.test(name),
    ),
};

const SECRET_FILE = new RegExp(
  [
    '/(credentials?(\\.(json|xml))?|password\\.txt|id_(rsa|dsa|ecdsa|ed25519))$',
    '/(secret_token|carrierwave|omniauth)\\.rb$',
    '/(settings\\.py|database\\.yml)$',
    '/(\\.netrc|\\.git-credentials|\\.pgpass|\\.pypirc|\\.docker/config\\.json|\\.dockercfg|\\.kube/config)$',
    '\\.(secret|ovpn|private_key|cscfg|rdp|mdf|sdf|bek|tpm|fve|jks|psafe3|agilekeychain|keychain|pcap|gnucache)$',
  ].join('|'),
);

/** RFC 7468, section 10 and 11, and what OpenSSL and OpenSSH write: text that is a key and nothing else. */
const PRIVATE_KEY = /^\s*-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/;

/** Upstream releases bring keys that their own tests use. */
const TEST_DATA = /\/(tests?|testdata|fixtures)\//;

/** What a Debian package brings, everyone has: it is no secret. */
export const noSecretFiles: RootRule = {
  check: 'no-secret-files',
  expected: 'no private key, and no file named like one that holds credentials',
  variants: ['runtime', 'dev'],
  violations: ({ root }) => {
    const owners = fileOwners(root);
    return pathsWhere(
      root,
      (entry) =>
        entry.type === 'file' &&
        (SECRET_FILE.test(entry.path) || isPrivateKey(entry)) &&
        !TEST_DATA.test(entry.path) &&
        !owners.has(entry.path),
    );
  },
};

function isPrivateKey({ start }: RootEntry): boolean {
  return PRIVATE_KEY.test(start.toString('latin1'));
}

/** Programs that give rights to who has none: what they are for is decided outside of the container. */
const PRIVILEGE_TOOL = /^(sudo|sudoedit|visudo|doas|pkexec)$/;

export const noPrivilegeTools: RootRule = {
  check: 'no-privilege-tools',
  expected: 'no sudo, doas or pkexec',
  variants: ['runtime', 'dev'],
  violations: ({ root }) =>
    pathsWhere(root, ({ path, type }) => type !== 'directory' && PRIVILEGE_TOOL.test(baseName(path))),
};
