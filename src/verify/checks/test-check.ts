import { z } from 'zod';
import { parseValue, PREDICATE_TYPE } from '../../oci/index.ts';
import { predicatesOf, type ImageFacts } from '../facts.ts';
import { skippedCheck, toCheck, type Fault, type VerifyCheck } from '../result.ts';
import { someText } from '../words.ts';

/** in-toto "Test Result" v0.1. */
const TestResultSchema = z.object({
  result: z.enum(['PASSED', 'WARNED', 'FAILED']),
  passedTests: z.array(z.string()).default([]),
  failedTests: z.array(z.string()).default([]),
});

export type TestResult = z.infer<typeof TestResultSchema>;

export function parseTestResult(predicate: unknown): TestResult {
  return parseValue(predicate, TestResultSchema, 'test result attestation');
}

/** It was run and read before it was published, and passed all of it. */
export function checkTests({ top }: ImageFacts): VerifyCheck {
  const [predicate] = predicatesOf(top, PREDICATE_TYPE.testResult);
  if (predicate === undefined) {
    return skippedCheck('tests', 'there is no trusted test result');
  }
  const result = parseTestResult(predicate);
  const message = `${result.result}: ${result.passedTests.length} passed, ${result.failedTests.length} failed`;
  return toCheck('tests', message, failureOf(result));
}

function failureOf({ result, passedTests, failedTests }: TestResult): readonly Fault[] {
  if (result === 'PASSED' && failedTests.length === 0 && passedTests.length > 0) {
    return [];
  }
  const what = failedTests.length === 0 ? 'no test was made' : `failed: ${someText(failedTests)}`;
  return [
    {
      code: 'TEST_FAILED',
      message: `test result is ${result}; ${what}`,
      hint: 'the gate lets no such image through: see who else can sign with this key',
    },
  ];
}
