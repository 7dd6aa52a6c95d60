import { expect, test } from 'vitest';
import { EXIT } from '../../../src/cli/exit-code.ts';
import { textOf } from '../../support/source-tree.ts';

test.each([
  { summary: 'starts what another start can help', line: `RestartPreventExitStatus=${EXIT.usage}` },
  { summary: 'waits for the clock', line: 'After=network-online.target time-sync.target' },
  {
    summary: 'tests the other platform',
    line: 'ExecStartPre=/opt/ingot/bin/ingot local start --emulation --no-registry --yes',
  },
])('the unit for systemd $summary', ({ line }) => {
  expect(textOf('deploy/systemd/ingot-schedule.service').split('\n')).toContain(line);
});
