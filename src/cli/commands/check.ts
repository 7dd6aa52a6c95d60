import { Command, Option } from 'commander';
import packageFile from '../../../package.json' with { type: 'json' };
import type { CheckResult } from '../../check/index.ts';
import type { CommandContext } from '../context.ts';
import { exitCodeOfCheck } from '../exit-code.ts';
import { jsonOption } from '../options.ts';
import { readDockerfiles } from '../read-dockerfiles.ts';
import { assertAllSound } from '../select-images.ts';

interface CheckFlags {
  readonly format: 'text' | 'json' | 'sarif';
  readonly json?: true;
  readonly hadolint: boolean;
}

export function checkCommand(context: CommandContext): Command {
  return new Command('check')
    .description("check users' Dockerfiles: our rules and hadolint's")
    .argument('[path...]', 'files, or folders to search; without one, the working folder')
    .addOption(new Option('--format <format>').choices(['text', 'json', 'sarif']).default('text'))
    .addOption(jsonOption().implies({ format: 'json' }))
    .option('--no-hadolint', 'our own rules only; without it, a hadolint that cannot be run is a failure')
    .action((paths: readonly string[], flags: CheckFlags) => check(paths, flags, context));
}

async function check(
  paths: readonly string[],
  { format, hadolint }: CheckFlags,
  context: CommandContext,
): Promise<void> {
  const { checkDockerfile, describeRules, mergeFindings, toCheckPolicy } =
    await import('../../check/index.ts');
  const catalog = await context.openCatalog();
  // with an image missing, Dockerfiles would be told off for what is right
  assertAllSound(catalog);
  const { dockerfiles, unread } = await readDockerfiles(paths, context.cwd);
  const files = dockerfiles.map(({ file }) => file);
  const policy = toCheckPolicy(catalog);
  const ours = dockerfiles.flatMap((each) => checkDockerfile(each, policy));
  const theirs = hadolint
    ? await context.openers.runHadolint(files, context)
    : { run: { kind: 'not-wanted' as const }, findings: [] };
  const result: CheckResult = {
    files,
    unread,
    findings: mergeFindings(ours, theirs.findings, files),
    rules: describeRules(catalog.check),
    hadolint: theirs.run,
  };
  context.stdout.write(`${await formatted(result, format)}\n`);
  context.setExitCode(exitCodeOfCheck(result));
}

async function formatted(result: CheckResult, format: CheckFlags['format']): Promise<string> {
  const { checkJson, checkSarif, checkText } = await import('../../check/index.ts');
  switch (format) {
    case 'text':
      return checkText(result);
    case 'json':
      return JSON.stringify(checkJson(result));
    case 'sarif': {
      const { version, repository } = packageFile;
      return JSON.stringify(checkSarif(result, { version, informationUri: repository }), null, 2);
    }
  }
}
