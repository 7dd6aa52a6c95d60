import { Command, InvalidArgumentError, Option } from 'commander';
import { FactoryError, type Catalog } from '../../model/index.ts';
import type { Demands } from '../../verify/index.ts';
import { auditReleases } from '../audit-releases.ts';
import type { CommandContext } from '../context.ts';
import { exitCodeOfVerifications } from '../exit-code.ts';
import { targetOf } from '../open-catalog.ts';
import { jsonOption, keyOption, targetOption } from '../options.ts';
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

export function verifyCommand(context: CommandContext): Command {
  return new Command('verify')
    .description('verify published images: signature, attestations, SBOM, lock, release record, scan')
    .argument('[ref...]', 'registry/repository with a tag or digest, or an image id of the catalog')
    .addOption(targetOption())
    .addOption(keyOption())
    .addOption(
      new Option(
        '--certificate-identity <name>',
        'exactly who has to have signed the image without a key, too',
      ),
    )
    .addOption(new Option('--certificate-oidc-issuer <url>', 'exactly who vouches for that identity'))
    .addOption(new Option('--newest', 'refuse a release that a newer one has replaced'))
    .addOption(
      new Option(
        '--max-scan-age <hours>',
        "oldest scan; without it, what the catalog's policy says, else that of the attested run",
      ).argParser(toHours),
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
  const named = await targetOf(names, flags, context);
  await using verifier = await context.openers.openVerifier({
    ...context,
    ...named,
    names,
    trust: trustOf(flags),
  });
  const verifications = await verifier.verify(demandsOf(flags, named.catalog, context.startedAt));
  const text = flags.json ? JSON.stringify(verifyJson(verifications)) : verifyText(verifications);
  context.stdout.write(`${text}\n`);
  context.setExitCode(exitCodeOfVerifications(verifications));
}

function demandsOf(flags: VerifyFlags, catalog: Catalog | undefined, now: Date): Demands {
  const maxScanAgeHours = flags.maxScanAge ?? catalog?.policy.maxScanAgeHours;
  return {
    newest: flags.newest === true,
    withdrawals: catalog?.decisions.filter((decision) => decision.kind === 'withdraw') ?? [],
    ...(maxScanAgeHours !== undefined && { maxScanAgeHours }),
    ...(catalog && { requiredScanners: catalog.policy.requiredScanners }),
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
