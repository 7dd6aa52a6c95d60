import { FactoryError } from '../model/index.ts';
import type { VerifyFlags } from './commands/verify.ts';
import type { CommandContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { chooseTarget } from './open-catalog.ts';
import { selectImages } from './select-images.ts';
import { trustOf } from './trust-choice.ts';

/** `ingot verify --since DATE --report`: what an audit asks for over a period. Gaps are exit code 1. */
export async function auditReleases(
  names: readonly string[],
  flags: VerifyFlags,
  context: CommandContext,
): Promise<void> {
  const { since, until = context.startedAt } = flags;
  if (since === undefined || since >= until) {
    throw new FactoryError(
      'USAGE',
      'cannot audit: expected --since with a date before the end of the period',
      {
        hint: '`ingot verify --since 2026-10-01 --report`',
      },
    );
  }
  const catalog = await context.openCatalog();
  const { entries, broken } = selectImages(catalog, names);
  const images = [...entries, ...broken].flatMap(({ id: image, repository, track }) =>
    track === undefined ? [] : [{ image, repository, track }],
  );
  await using verifier = await context.openers.openVerifier({
    ...context,
    names: images.map(({ image }) => image),
    target: chooseTarget(catalog, flags.target),
    trust: trustOf(flags),
    openCatalog: () => Promise.resolve(catalog),
  });
  const report = await verifier.audit({ folder: catalog.folder, images, period: { since, until } });
  const { auditMarkdown, auditText } = await import('../audit/index.ts');
  const text = flags.markdown
    ? auditMarkdown(report)
    : `${flags.json ? JSON.stringify(report) : auditText(report)}\n`;
  context.stdout.write(text);
  context.setExitCode(report.gaps.length > 0 ? EXIT.blocked : EXIT.ok);
}
