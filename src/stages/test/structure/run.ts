import type { CheckResult } from '../../../model/index.ts';
import { checkCommand } from './command-test.ts';
import type { Miss } from './expect.ts';
import { checkFileContent, checkFileExistence } from './file-tests.ts';
import { checkLicenses } from './license-test.ts';
import { checkMetadata } from './metadata-test.ts';
import type { StructureTest } from './schema.ts';
import type { StructureSubject } from './subject.ts';

/** Runs every test of a stack's structure test; one result each, commands after files. */
export async function runStructureTest(
  test: StructureTest,
  subject: StructureSubject,
): Promise<readonly CheckResult[]> {
  const { platform } = subject;
  function result(check: string, misses: readonly Miss[]): CheckResult {
    if (misses.length === 0) {
      return { kind: 'passed', check: `structure: ${check}`, platform };
    }
    const expected = misses.map((miss) => miss.expected).join('; ');
    const got = misses.map((miss) => miss.got).join('; ');
    return { kind: 'failed', check: `structure: ${check}`, platform, expected, got };
  }
  const { metadataTest } = test;
  // The subject's runCommand bounds how many containers run at a time.
  const commands = test.commandTests.map(async (command) =>
    result(command.name, await checkCommand(command, subject, test.globalEnvVars)),
  );
  return [
    ...test.fileExistenceTests.map((file) => result(file.name, checkFileExistence(file, subject))),
    ...test.fileContentTests.map((file) => result(file.name, checkFileContent(file, subject))),
    ...(metadataTest === undefined ? [] : [result('metadata', checkMetadata(metadataTest, subject))]),
    ...test.licenseTests.map((licences) => result('licences', checkLicenses(licences, subject))),
    ...(await Promise.all(commands)),
  ];
}
