import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createProcessRunner } from '../../../../src/host/process.ts';
import { openPortsIn, portsProgram } from '../../../../src/stages/test/containers/index.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** A line of /proc/net/tcp as the kernel writes it. */
function line(local: string, state = '0A', remote = '00000000:0000'): string {
  return `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000 65532        0 24735 1 0 100 0\n`;
}

const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n';
const ANY6 = '00000000000000000000000000000000';

test.each([
  ['nothing', HEADER, []],
  ['a server for everybody', HEADER + line('00000000:1F90'), ['8080/tcp']],
  ['the same on IPv6 too', line('00000000:1F90') + HEADER + line(`${ANY6}:1F90`), ['8080/tcp']],
  ['one on an address of its own', line('0200A8C0:0050'), ['80/tcp']],
  ['loopback', line('0100007F:1F90'), []],
  ["the engine's name server", line('0B00007F:A3D1'), []],
  ['loopback of IPv6', line('00000000000000000000000001000000:1F90'), []],
  ['IPv4 loopback in IPv6', line('0000000000000000FFFF00000100007F:1F90'), []],
  ['a connection', line('0200A8C0:1F90', '01', '0100A8C0:C350'), []],
  ['ports that nobody named', line('00000000:8000') + line('00000000:EA60'), ['ephemeral/tcp']],
  ['one that is named', line('00000000:C383'), ['50051/tcp']],
])('open ports: %s', (_, text, expected) => {
  expect(openPortsIn(text, ['50051/tcp'])).toEqual(expected);
});

test.runIf(process.platform === 'linux')('the program prints what this host listens on', async () => {
  const server = createServer().listen(0, '0.0.0.0');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const file = join(await temporaryFolder(), 'ports');
  await writeFile(file, portsProgram(process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64'), {
    mode: 0o755,
  });
  const { stdout } = await createProcessRunner().run([file]);
  expect(openPortsIn(stdout, [`${String(port)}/tcp`])).toContain(`${String(port)}/tcp`);
});
