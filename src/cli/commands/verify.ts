import { Command, InvalidArgumentError, Option } from 'commander';
import { FactoryError, type Catalog } from '../../model/index.ts';
import type { Demands } from '../../verify/index.ts';
import { auditReleases } from '../audit-releases.ts';
import type { CommandContext } from '../context.ts';
import { exitCodeOfVerifications } from '../exit-code.ts';
import { isId } from '../image-name.ts';
import { chooseTarget } from '../open-catalog.ts';
import { jsonOption, targetOption } from '../options.ts';
import { trustOf, type TrustFlags } from '../trust-choice.ts';

export interface VerifyFlags extends TrustFlags {
  readonly target: string;
  readonly newest?: true;
  readonly maxScanAge?: number;
  readonly json?: true;
  readonly since?: Date;
  readonly until?: Date;
  readonly report?: true;
  readonly markdown?: true;
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
    .addOption(
      new Option('--since <date>', 'audit instead: everything released from then on').argParser(toDate),
    )
    .addOption(new Option('--until <date>', 'end of the audit; without it, now').argParser(toDate))
    .addOption(new Option('--report', 'releases, verdicts, decisions and who approved them; with --since'))
    .addOption(new Option('--markdown', 'write the audit as Markdown').conflicts('json'))
    .addOption(jsonOption())
    .action((names: readonly string[], flags: VerifyFlags) =>
      isAudit(flags) ? auditReleases(names, flags, context) : verify(names, flags, context),
    );
}

function isAudit({ since, until, report, markdown }: VerifyFlags): boolean {
  return [since, until, report, markdown].some((flag) => flag !== undefined);
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

/** A day is its beginning in UTC, as tags and records count. */
function toDate(text: string): Date {
  const date = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError(`expected a date such as 2026-10-01, got "${text}"`);
  }
  return date;
}

function toHours(text: string): number {
  const hours = Number(text);
  if (!Number.isFinite(hours) || hours <= 0) {
    throw new InvalidArgumentError(`expected a number of hours, got "${text}"`);
  }
  return hours;
}
