import { describe, expect, test } from 'vitest';
import type { LockedArtifact } from '../../../../src/model/index.ts';
import { createGrypeScanner, createTrivyScanner } from '../../../../src/stages/scan/index.ts';
import { componentPurl } from '../../../../src/stages/sbom/purl.ts';
import { GO, NODE } from '../../../support/sbom-image.ts';
import {
  GRYPE_STATUS,
  TRIVY_VERSION,
  grypeScript,
  printing,
  programWorld,
} from '../../../support/scan-programs.ts';
import { scanSubject } from '../../../support/scan-subject.ts';

const signal = new AbortController().signal;

describe('upstream programs', () => {
  const cpe = 'cpe:2.3:a:nodejs:node.js:24.21.0:*:*:*:*:*:*:*';
  const npm: LockedArtifact = { ...NODE, name: 'npm', package: 'npm', version: '11.0.0' };
  const subject = scanSubject([], {
    platforms: [{ platform: 'linux/amd64', packages: [], artifacts: [NODE, GO, npm] }],
    sboms: () =>
      Promise.resolve([
        {
          platform: 'linux/amd64',
          cyclonedx: {
            components: [
              { name: 'node', version: NODE.version, purl: componentPurl(NODE), cpe },
              { name: 'go', version: GO.version, purl: componentPurl(GO), cpe: 'cpe:2.3:a:golang:go:1.27.3' },
              { name: 'npm', version: npm.version, purl: componentPurl(npm) },
            ],
          },
          spdx: {},
        },
      ]),
  });

  test('are in the SBOM as grype names them in layers, or named so for it, and told by our names', async () => {
    const report = JSON.stringify({
      matches: ['node', 'stdlib'].map((name) => ({
        vulnerability: { id: `CVE-${name}`, namespace: 'nvd:cpe', severity: 'Critical' },
        artifact: { name, version: '1' },
      })),
      descriptor: { version: '0.121.3' },
    });
    const world = await programWorld({
      grype: grypeScript(
        printing(GRYPE_STATUS),
        report,
        `grep -qF '"purl":"pkg:generic/node@24.21.0","cpe":"${cpe}"' sbom.cdx.json &&
grep -qF '"purl":"pkg:generic/go@1.27.3","cpe"' sbom.cdx.json &&
grep -qF '"name":"stdlib","version":"1.27.3","purl":"pkg:golang/stdlib@1.27.3"' sbom.cdx.json || exit 8`,
      ),
    });
    const result = await createGrypeScanner(world).scan(subject, signal);
    expect(result.unseen).toBeUndefined();
    expect(result.findings).toMatchObject([
      { id: 'CVE-stdlib', package: 'go', source: 'go', severity: 'critical', severityFrom: 'grype' },
      { id: 'CVE-node', package: 'node', source: 'node' },
    ]);
  });

  test('are unseen by trivy, but for an npm package by its own name', async () => {
    const world = await programWorld({
      trivy: `if [ "$1" = version ]; then ${printing(TRIVY_VERSION)}
else echo '{"Results":[]}'; fi`,
    });
    expect(await createTrivyScanner(world).scan(subject, signal)).toMatchObject({
      status: 'clean',
      unseen: ['go', 'node'],
    });
  });
});
