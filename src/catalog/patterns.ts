import parseSpdxExpression from 'spdx-expression-parse';
import { z } from 'zod';

/** A string that matches `pattern`; `expected` completes "expected …" and says it to a person. */
function text(pattern: RegExp, expected: string): z.ZodString {
  return z.string().regex(pattern, { error: expected });
}

const TIME_ZONE = 'the name of a time zone such as "Europe/Berlin"';

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function isSpdxExpression(text: string): boolean {
  try {
    parseSpdxExpression(text);
    return true;
  } catch {
    return false;
  }
}

/** SPDX 2.3, annex D; ids are those of the licence list. */
export const spdxExpression = z
  .string()
  .refine(isSpdxExpression, { error: 'an SPDX licence expression such as "MIT OR Apache-2.0"' });

/** CPE 2.3 naming (NIST IR 7695), what vendors and products are called there. */
export const cpePart = text(/^[a-z0-9._-]+$/, 'a vendor or product name of a CPE such as "node.js"');

/** `{{tag}}` may stand wherever a stack names something that differs between tracks. */
function templated(first: string, rest: string): RegExp {
  const filled = String.raw`\{\{[^{}]*\}\}`;
  return new RegExp(`^(?:[${first}]|${filled})(?:[${rest}]|${filled})*$`);
}

/** Distribution spec 1.1 "Pulling manifests": one component of a repository's name. */
const REPOSITORY_COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';

export const repositoryName = text(
  new RegExp(`^${REPOSITORY_COMPONENT}$`),
  'a repository name such as "python-dev"',
);

export const repositoryPath = text(
  new RegExp(`^${REPOSITORY_COMPONENT}(?:/${REPOSITORY_COMPONENT})*$`),
  'a repository path such as "golden" or "platform/golden"',
);

/** SPDX 2.3 annex D, `idstring`; `*` stands for any characters. */
export const licencePattern = text(
  /^[A-Za-z0-9.*-]+$/,
  'the SPDX id of a licence such as "SSPL-1.0", or a pattern of them such as "AGPL-*"',
);

/** Distribution spec 1.1 "Pulling manifests"; 32 characters leave room for a version and a date behind it. */
export const trackTag = text(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,31}$/, 'a tag such as "3.13"');

export const name = text(
  /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
  'a name of lower-case letters, digits and single dashes',
);

export const suiteName = text(/^[a-z][a-z0-9]*$/, 'the codename of a Debian release such as "trixie"');

/** Debian policy 5.6.1, and 7.1 for alternatives: releases of Debian name some packages differently. */
export const packageRequest = text(
  /^[a-z0-9{][a-z0-9+.{}-]*(?: \| [a-z0-9{][a-z0-9+.{}-]*)*$/,
  'the name of a Debian package, or alternatives such as "libssl3t64 | libssl3"',
);

/** Debian policy 5.6.1. */
export const packageName = text(templated('a-z0-9', 'a-z0-9+.-'), 'the name of a Debian package');

/** `*` stands for any characters. */
export const packagePattern = text(
  /^[a-z0-9*][a-z0-9+.*-]*$/,
  'the name of a Debian package, or a pattern of them such as "postgresql-client-*"',
);

/** A suite that ends with a slash is a flat repository (sources.list(5)): it has no Release by component to verify. */
export const suitePath = text(
  /^[a-z0-9](?:[a-z0-9._~+-]|\/(?=[a-z0-9]))*$/i,
  'a suite below dists/ such as "trixie-pgdg"; flat repositories, which end with a slash, are not supported',
);

export const component = text(/^[a-z0-9](?:[a-z0-9._+-]|\/(?=[a-z0-9]))*$/i, 'a component such as "main"');

export const npmPackageName = text(
  /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/,
  'the name of an npm package',
);

/** No shell takes it apart: templates write these paths into scripts, some without quotes. */
export const absolutePath = text(
  /^\/(?!.*(?:^|\/)\.\.(?:\/|$))(?:[A-Za-z0-9._+@:~%=/-]|\{\{[^{}]*\}\})*$/,
  'an absolute path of letters, digits and ._+@:~%=-, without ".."',
);

/** The shell expands it below the layer; braces could lead out of there. */
export const absoluteGlob = text(
  /^\/(?!.*(?:^|\/)\.\.(?:\/|$))(?:[A-Za-z0-9._+@:~%=/*?[\]-]|\{\{[^{}]*\}\})*$/,
  'an absolute path of letters, digits and ._+@:~%=-, in which *, ? and [ ] may stand, without ".."',
);

export const relativePath = text(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/, 'a relative path without ".."');

export const variableName = text(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable');

/** OCI image spec 1.1 "Annotations": reverse domain notation. */
export const annotationName = text(/^[a-z0-9]+(?:[.-][a-zA-Z0-9]+)+$/, 'a key in reverse domain notation');

export const accountName = text(/^[a-z_][a-z0-9_-]{0,31}$/, 'the name of an account');

export const userAndGroup = text(/^[0-9]+:[0-9]+$/, 'a numeric "uid:gid" such as "65532:65532"');

export const signalName = text(/^SIG[A-Z0-9]+$/, 'the name of a signal such as "SIGTERM"');

export const registryHost = text(
  /^[a-z0-9.-]+(?::[0-9]{1,5})?$/,
  'a host such as "registry.example.com:5000"',
);

export const registryPath = text(
  new RegExp(`^[a-z0-9.-]+(?::[0-9]{1,5})?(?:/${REPOSITORY_COMPONENT})*$`),
  'a host with the path below it such as "registry.example.com/golden"',
);

export const basePattern = text(
  /^[a-z0-9.-]+(?::[0-9]{1,5})?(?:\/[a-z0-9._*-]+)+$/,
  'a repository with its host such as "registry.example.com/tools/*"',
);

export const imagePattern = text(/^[a-zA-Z0-9._*-]+$/, 'an image id or a pattern of them such as "python-*"');

export const includePattern = text(
  /^(?:images|teams)\/(?!.*\.\.).+\.json$/,
  'a pattern of files below images/ or teams/ such as "images/*.json"',
);

export const stepName = text(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'the name of a file in templates/partials/steps');

/** glibc's names; nothing but UTF-8 is made. */
export const localeName = text(
  /^[a-z]{2,3}_[A-Z]{2}\.UTF-8(?:@[a-z]+)?$/,
  'a UTF-8 locale such as "de_DE.UTF-8"',
);

/** Names that Node.js knows, in the form of the files below /usr/share/zoneinfo. */
export const timeZone = text(/^[A-Z][A-Za-z0-9+_-]*(?:\/[A-Za-z0-9+_-]+)*$/, TIME_ZONE).refine(isTimeZone, {
  error: TIME_ZONE,
});

/** Debian policy 5.6.1, as it is called in an archive. */
export const debianPackage = text(/^[a-z0-9][a-z0-9+.-]*$/, 'the name of a Debian package');

/** As scanners call it: a Debian package, or what came from elsewhere. */
export const scannedPackage = text(/^@?[A-Za-z0-9][A-Za-z0-9@+._/-]*$/, 'the name of a package');

/** Debian policy 5.6.12; an upstream version that begins with a letter is nobody's. */
export const debianVersion = text(
  /^(?:[0-9]+:)?[0-9][A-Za-z0-9.+~-]*$/,
  'the version of a Debian package such as "3.5.4-1~deb13u1"',
);

export const vulnerabilityId = text(
  /^[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9.]+)+$/,
  'the id of a vulnerability such as "CVE-2026-126714"',
);

/** A unique tag ends with the minute of its promotion. */
export const releaseName = text(
  /^(?:sha256:[0-9a-f]{64}|[0-9][A-Za-z0-9.]*\.[0-9]{12})$/,
  'the digest of an index, or a unique tag such as "24.21.0.202611210312"',
);

/** Said to a person: blanks alone say nothing. */
export const sentence = text(/\S/, 'some text');

export const absentFile = text(
  /^\/(?!.*(?:^|\/)\.\.?(?:\/|$))[^*]/,
  'an absolute path such as "/usr/bin/c_rehash", in which * stands for any characters',
);

export const isoDate = z.iso.date({ error: 'a date such as "2029-10-31"' });

/** RFC 3986 3.2.1: what stands before the host. The catalog is read by everybody, and its addresses are printed. */
const USERINFO = /^https?:\/\/[^/?#]*@/i;

const NO_USERINFO = 'an address without user and password, which belong into ~/.netrc';

function hasNoUserinfo(address: string): boolean {
  return !USERINFO.test(address);
}

export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'an http or https URL', abort: true })
  .refine(hasNoUserinfo, { error: NO_USERINFO });

/** The services that cosign signs with (cosign's KMS.md); what is behind the scheme is theirs. */
export const kmsUri = text(
  /^(?:awskms|gcpkms|azurekms|hashivault):\/\/[^\s]+$/,
  'a key such as "awskms:///alias/golden", "gcpkms://…", "azurekms://…" or "hashivault://golden"',
);

/** It stands in argument lists: nothing that begins like an option. */
export const keyName = text(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'a name of letters, digits and ._/-');

/** 65534 is `nobody`, the last of the 16-bit numbers every kernel maps; higher ones are left to clusters. */
export const accountNumber = z.int().min(0).max(65534);

export const portNumber = z.int().min(1).max(65535);

/** RFC 6901, with `*` for every part of a list or an object. */
export const jsonPointer = text(/^(?:\/[^/]*)*$/, 'a JSON pointer such as "/versions/*/name"');

/** RFC 6570, level 1. */
export const webAddress = text(
  /^https:\/\/[^\s"'<>]+$/,
  'an https URL, which may have {version} and {arch} in it',
).refine(hasNoUserinfo, { error: NO_USERINFO });

export const awsAccount = text(/^[0-9]{12}$/, 'the twelve digits of an AWS account');

export const awsRegion = text(
  /^[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}$/,
  'the name of an AWS region such as "eu-central-1"',
);

export const awsOrganisation = text(
  /^o-[a-z0-9]{10,32}$/,
  'the id of an AWS organisation such as "o-a1b2c3d4e5"',
);

/** IAM user guide, "IAM identifiers"; a session of a role is named by the role. */
export const roleArn = text(
  /^arn:aws(?:-cn|-us-gov|-eusc)?:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/,
  'the ARN of a role such as "arn:aws:iam::111122223333:role/ingot-factory"',
);

export const principalArn = text(
  /^arn:aws(?:-cn|-us-gov|-eusc)?:iam::[0-9]{12}:(?:root|(?:role|user)\/[\w+=,.@/-]+)$/,
  'the ARN of an account\'s root, a role or a user, such as "arn:aws:iam::111122223333:role/team-a"',
);

export const kmsKeyArn = text(
  /^arn:aws(?:-cn|-us-gov|-eusc)?:kms:[a-z0-9-]+:[0-9]{12}:key\/[A-Za-z0-9-]+$/,
  'the ARN of a KMS key such as "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-…"',
);

/** API reference, ScanningRepositoryFilter. */
export const repositoryFilter = text(
  /^(?=.{1,255}$)[a-z0-9*]+(?:[._/-][a-z0-9*]+)*$/,
  'the name of a repository, a part of it, or a pattern such as "golden/*"',
);

/** ECR user guide, "Tag restrictions"; of ours, ingot knows its repositories by one. */
export const resourceTag = text(
  /^(?![aA][wW][sS]:|ingot:).{1,128}$/,
  'a key of at most 128 characters that begins neither with "aws:" nor with "ingot:"',
);
