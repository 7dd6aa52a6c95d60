// Prints the last line of .ci/run from vitest's JSON report. Plain JavaScript: the machine's Node may be an old one.
import { readFileSync } from 'node:fs';

const [file, status] = process.argv.slice(2);
const report = read(file);

/** A file that cannot be loaded has no tests in the report, and still is a failure. */
const brokenFiles = report.testResults.filter(
  (result) => result.status === 'failed' && result.assertionResults.length === 0,
).length;
const counted = report.numFailedTests + brokenFiles;

/** An error outside of any test fails the run as well. */
const failed = counted === 0 && status !== '0' ? 1 : counted;
const skipped = report.numPendingTests + report.numTodoTests;
const line = `${report.numPassedTests} passed, ${failed} failed`;
console.log(skipped === 0 ? line : `${line}, ${skipped} skipped`);

/** Vitest that never got to its report leaves no file. */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { testResults: [], numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  }
}
