import { Command, InvalidArgumentError, Option } from 'commander';
import { FactoryError, type Catalog } from '../../model/index.ts';
import type { Demands } from '../../verify/index.ts';
import type { CommandContext } from '../context.ts';
import { exitCodeOfVerifications } from '../exit-code.ts';
import { isId } from '../image-name.ts';
import { chooseTarget } from '../open-catalog.ts';
import { jsonOption, targetOption } from '../options.ts';
import type { TrustChoice } from '../verifier.ts';

export interface VerifyFlags {
  readonly target: string;
  readonly key?: string;
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
  readonly newest?: true;
  readonly maxScanAge?: number;
  readonly json?: true;
}

/** A night and another one that failed. */
const MAX_SCAN_AGE_HOURS = 48;

export function verifyCommand(context: CommandContext): Command {
  return new Command('verify')
    .description('verify published images: signature, attestations, SBOM, lock, release record, scan')
    .argument('[ref...]', 'registry/repository with a tag or digest, or an image id of the catalog')
    .addOption(targetOption())
    .addOption(new Option('--key <file>', 'public key, or KMS URI, of who signed; without it, our own'))
    .addOption(new Option('--certificate-identity <name>', 'keyless: exactly who signed').conflicts('key'))
    .addOption(
      new Option('--certificate-oidc-issuer <url>', 'keyless: exactly who vouches for that').conflicts('key'),
    )
    .addOption(new Option('--newest', 'refuse a release that a newer one has replaced'))
    .addOption(
      new Option('--max-scan-age <hours>', "oldest scan; without it, the catalog's, else 48").argParser(
        toHours,
      ),
    )
    .addOption(jsonOption())
    .action((names: readonly string[], flags: VerifyFlags) => verify(names, flags, context));
}

async function verify(names: readonly string[], flags: VerifyFlags, context: CommandContext): Promise<void> {
  const { verifyJson, verifyText } = await import('../../verify/index.ts');
  if (names.length === 0) {
    throw new FactoryError('USAGE', 'cannot verify: expected an image, got none', {
      hint: 'name it as you pull it, or by its id: `ingot verify python-3.13`',
    });
  }
  const catalog = await catalogFor(names, flags, context);
  const target = catalog === undefined ? LOCAL : chooseTarget(catalog, flags.target);
  await using verifier = await context.openers.openVerifier({
    ...context,
    names,
    target,
    trust: trustOf(flags),
    openCatalog: () => (catalog === undefined ? context.openCatalog() : Promise.resolve(catalog)),
  });
  const verifications = await verifier.verify(demandsOf(flags, catalog, context.startedAt));
  const text = flags.json ? JSON.stringify(verifyJson(verifications)) : verifyText(verifications);
  context.stdout.write(`${text}\n`);
  context.setExitCode(exitCodeOfVerifications(verifications));
}

const LOCAL = { name: 'local', kind: 'local' } as const;

/** Whoever has no catalog can verify what is named with its registry. */
async function catalogFor(
  names: readonly string[],
  { target }: VerifyFlags,
  context: CommandContext,
): Promise<Catalog | undefined> {
  const isNeeded = names.some(isId) || target !== LOCAL.name || context.hasCatalog();
  return isNeeded ? context.openCatalog() : undefined;
}

function demandsOf(flags: VerifyFlags, catalog: Catalog | undefined, now: Date): Demands {
  return {
    newest: flags.newest === true,
    withdrawals: catalog?.decisions.filter((decision) => decision.kind === 'withdraw') ?? [],
    maxScanAgeHours: flags.maxScanAge ?? catalog?.policy.maxFeedAgeHours ?? MAX_SCAN_AGE_HOURS,
    requiredScanners: catalog?.policy.requiredScanners ?? [],
    now,
  };
}

export function trustOf({ key, certificateIdentity, certificateOidcIssuer }: VerifyFlags): TrustChoice {
  if (certificateIdentity === undefined && certificateOidcIssuer === undefined) {
    return key === undefined ? { kind: 'own' } : keyChoice(key);
  }
  if (!certificateIdentity || !certificateOidcIssuer) {
    throw new FactoryError(
      'USAGE',
      'cannot verify a keyless signature: expected --certificate-identity and --certificate-oidc-issuer, got one',
      { hint: 'an identity means nothing without who vouches for it' },
    );
  }
  return { kind: 'keyless', identity: certificateIdentity, issuer: certificateOidcIssuer };
}

function keyChoice(key: string): TrustChoice {
  return key.includes('://') ? { kind: 'kms', uri: key } : { kind: 'key', file: key };
}

function toHours(text: string): number {
  const hours = Number(text);
  if (!Number.isFinite(hours) || hours <= 0) {
    throw new InvalidArgumentError(`expected a number of hours, got "${text}"`);
  }
  return hours;
}
