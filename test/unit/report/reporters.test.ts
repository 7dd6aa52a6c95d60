import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { chooseReporter } from '../../../src/report/choose-reporter.ts';
import { jsonReporter } from '../../../src/report/json-reporter.ts';
import { liveReporter } from '../../../src/report/live-reporter.ts';
import { noticeReporter, plainReporter } from '../../../src/report/plain-reporter.ts';
import { timedEvents } from '../../support/run-events.ts';

function recorder() {
  const texts: string[] = [];
  return { texts, write: (text: string) => texts.push(text) };
}

test('JSON lines: one object per event, errors with their message', () => {
  const output = recorder();
  using reporter = jsonReporter(output);
  timedEvents().forEach(([, event]) => reporter.emit(event));
  const lines = output.texts.map((text) => JSON.parse(text));
  expect(output.texts.every((text) => text.indexOf('\n') === text.length - 1)).toBe(true);
  expect(lines.map((line) => line.kind)).toEqual(timedEvents().map(([, event]) => event.kind));
  expect(lines.find((line) => line.outcome?.kind === 'failed')).toEqual({
    kind: 'image-ended',
    image: 'ruby-3.3',
    outcome: {
      kind: 'failed',
      at: 'resolve',
      error: {
        code: 'NETWORK_FAILED',
        message: 'cannot download "pool/main/t/tini": got HTTP 503 four times',
        hint: 'run ingot again: what was downloaded is kept',
      },
    },
  });
});

test('plain lines are whole lines', () => {
  const output = recorder();
  using reporter = plainReporter(output);
  timedEvents().forEach(([, event]) => reporter.emit(event));
  expect(output.texts.filter((text) => !/^[^\n]+\n$/.test(text))).toEqual([]);
});

test('the live display ends with its last frame, disposed of once or twice', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 });
  const reporter = liveReporter({ stream, now: () => 0 });
  timedEvents().forEach(([, event]) => reporter.emit(event));
  reporter[Symbol.dispose]();
  reporter[Symbol.dispose]();
  const text = String(stream.read());
  expect(text).not.toContain('\u001B[?25l');
  expect(stripVTControlCharacters(text)).toContain('warning: the mirror answered 503 once\n');
  expect(stripVTControlCharacters(text)).toContain('blocked by test-failed, update-pending');
});

test('the live display keeps every line within the terminal', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 40, rows: 40 });
  using reporter = liveReporter({ stream, now: () => 0 });
  const events = timedEvents().filter(([, event]) => event.kind !== 'notice');
  events.forEach(([, event]) => reporter.emit(event));
  const lines = stripVTControlCharacters(String(stream.read())).split('\n');
  expect(lines.filter((line) => line.length > 40)).toEqual([]);
});

test('beside a result only notices and downloads are told', () => {
  const output = recorder();
  using reporter = noticeReporter(output);
  timedEvents().forEach(([, event]) => reporter.emit(event));
  reporter.emit({ kind: 'download', what: 'packages', doneBytes: 60_000_000, totalBytes: 90_000_000 });
  expect(output.texts).toEqual([
    'made a signing key: keys/cosign.pub\n',
    'warning: the mirror answered 503 once\n',
    'downloaded 60.0 MB of packages\n',
  ]);
});

test('a live display that was told nothing draws nothing', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 });
  liveReporter({ stream, now: () => 0 })[Symbol.dispose]();
  expect(stripVTControlCharacters(String(stream.read() ?? ''))).toBe('');
});

test.each([
  { json: true, isTTY: true, environment: {}, first: '{"kind":"notice"' },
  { json: false, isTTY: false, environment: {}, first: 'hello\n' },
  { json: false, isTTY: true, environment: { CI: 'true' }, first: 'hello\n' },
  { json: false, isTTY: true, environment: { TERM: 'dumb' }, first: 'hello\n' },
  { json: false, isTTY: true, environment: { TERM: 'xterm' }, first: '\u001B' },
])(
  'json $json, terminal $isTTY, $environment: starts with $first',
  async ({ json, isTTY, environment, first }) => {
    const stdout = Object.assign(new PassThrough(), { isTTY, columns: 80, rows: 24 });
    const options = { json, environment, stdout: stdout as unknown as NodeJS.WriteStream };
    using reporter = await chooseReporter(options);
    reporter.emit({ kind: 'notice', level: 'info', message: 'hello' });
    reporter.emit({ kind: 'run-started', runId: 'x', images: [], target: 'local' });
    expect(String(stdout.read()).startsWith(first)).toBe(true);
  },
);
