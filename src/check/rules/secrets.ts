import type { Dockerfile, Instruction } from '../../dockerfile/index.ts';
import { declarationsOf, instructionsOf } from '../../dockerfile/index.ts';
import type { CheckRule, Violation } from './rule.ts';

const MOUNT_IT =
  'mount it where it is needed: RUN --mount=type=secret,id=…; at run time let the platform hand it over';

export const SECRET_RULES: readonly CheckRule[] = [
  {
    id: 'secret-name',
    level: 'error',
    summary: 'No ARG or ENV is named like a secret: both stay readable in the image and its history.',
    help: MOUNT_IT,
    violations: secretNames,
  },
  {
    id: 'secret-value',
    level: 'error',
    summary: 'No text has the shape of a key, token or password.',
    help: `revoke it, since whoever can read the file has it, and ${MOUNT_IT}`,
    violations: secretValues,
  },
];

/**
 * The words of BuildKit's own check SecretsUsedInArgOrEnv, those that are often written together (`PGPASSWORD`), and
 * `pass` and `pwd` at the end, since alone they are a step and a folder.
 */
const SECRET_WORDS = new RegExp(
  [
    '(?:^|_)(?:AUTH|CREDENTIALS?|KEY|PWORD)(?:_|$)',
    '(?:(?:ACCESS|API|PRIVATE|SECRET)KEY|PASSPHRASE|PASSWD|PASSWORD|SECRET|TOKEN)(?:_|$)',
    '_(?:PASS|PWD)$',
  ].join('|'),
);

/** Where a secret lies, or what is no secret, may be known. */
const HARMLESS_WORDS =
  /(?:^|_)PUBLIC(?:_|$)|_(?:FILE|PATH|DIR|NAME|ID|URL|URI|HOST|PORT|SOCK|TYPE|METHOD|TTL|EXPIRY|LENGTH|ALGORITHM|ENABLED)$/;

/** `GPG_KEY` of official images is whose signatures to expect: fingerprints (RFC 9580, 5.5.4), or the ends of some. */
const GPG_KEY = /(?:^|_)(?:GPG|PGP)_?KEY(?:_|$)/;
const FINGERPRINTS = /^(?:\s*\b(?:0x)?(?:[0-9a-f]{16}|[0-9a-f]{40}|[0-9a-f]{64})\b)+\s*$/i;

/** `APT_KEY_DONT_WARN_ON_DANGEROUS_USAGE=1` */
const SWITCH = /^(?:true|false|yes|no|on|off|[01])$/i;

/** Shapes with few false alarms, by what issues them. The value itself is never told. */
const SHAPES: readonly (readonly [what: string, shape: RegExp])[] = [
  ['an AWS access key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})/],
  ['a GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36,}/],
  ['a Python package index token', /\bpypi-[A-Za-z0-9_-]{50,}/],
  ['a Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ['a Google API key', /\bAIza[0-9A-Za-z_-]{35}/],
  ['a Stripe key', /\b[rs]k_live_[0-9A-Za-z]{16,}/],
  ['a JSON web token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ['a password in a URL', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"$]+:[^\s/@'"$]+@/],
];

function secretNames(dockerfile: Dockerfile): Violation[] {
  return instructionsOf(dockerfile).flatMap((instruction) =>
    declarationsOf(instruction)
      .map(([name, value = '']) => [name, value.replaceAll(/^["']|["']$/g, '')] as const)
      .filter(([name, value]) => isSecret(name, value))
      // an empty ENV only tells that there is one; an empty ARG is filled by who builds
      .filter(([, value]) => instruction.keyword === 'ARG' || value !== '')
      .map(([name]) => ({
        line: instruction.line,
        message: `${instruction.keyword} "${name}" is named like a secret`,
      })),
  );
}

/** `npmToken` and `npm-token` are read as `NPM_TOKEN`. */
function isSecret(name: string, value: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[.-]/g, '_')
    .toUpperCase();
  const isHarmless = SWITCH.test(value) || (GPG_KEY.test(words) && FINGERPRINTS.test(value));
  return SECRET_WORDS.test(words) && !HARMLESS_WORDS.test(words) && !isHarmless;
}

function secretValues(dockerfile: Dockerfile): Violation[] {
  const texts = [
    ...instructionsOf(dockerfile).map((each) => ({ ...each, text: everythingIn(each) })),
    ...dockerfile.comments.map((comment) => ({ ...comment, keyword: 'the comment' })),
  ];
  return texts.flatMap(({ line, keyword, text }) =>
    SHAPES.filter(([, shape]) => shape.test(text)).map(([what]) => ({
      line,
      message: `${keyword} has ${what} in it`,
    })),
  );
}

function everythingIn({ text, flags, heredocs }: Instruction): string {
  return [text, ...flags.map(({ value }) => value), ...heredocs].join('\n');
}
