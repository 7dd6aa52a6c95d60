import { describe, expect, test } from 'vitest';
import { createGrypeScanner, createTrivyScanner } from '../../../../src/stages/scan/index.ts';
import {
  GRYPE_STATUS,
  TRIVY_VERSION,
  grypeScript,
  printing,
  programWorld,
} from '../../../support/scan-programs.ts';
import { installedPackage } from '../../../support/scanned-archive.ts';
import { scanSubject } from '../../../support/scan-subject.ts';

const OPENSSL = installedPackage('libssl3t64', '3.5.1-1', 'openssl');
const CYCLONEDX = {
  bomFormat: 'CycloneDX',
  components: [
    { type: 'library', name: 'libssl3t64', version: '3.5.1-1', purl: 'pkg:deb/debian/libssl3t64@3.5.1-1' },
  ],
};
const SUBJECT = scanSubject([OPENSSL], {
  on: ['linux/amd64', 'linux/arm64'],
  sboms: () =>
    Promise.resolve(
      (['linux/amd64', 'linux/arm64'] as const).map((platform) => ({
        platform,
        cyclonedx: CYCLONEDX,
        spdx: {},
      })),
    ),
});
const signal = new AbortController().signal;

/** As `grype sbom:FILE -o json` of grype 0.121 writes it. */
const GRYPE_REPORT = JSON.stringify({
  matches: [
    {
      vulnerability: {
        id: 'CVE-2026-1',
        namespace: 'debian:distro:debian:13',
        severity: 'Negligible',
        fix: { versions: ['3.5.1-1+deb13u1'], state: 'fixed' },
      },
      relatedVulnerabilities: [{ id: 'CVE-2026-1', namespace: 'nvd:cpe', severity: 'High' }],
      artifact: { name: 'libssl3t64', version: '3.5.1-1', type: 'deb', upstreams: [{ name: 'openssl' }] },
    },
    {
      vulnerability: {
        id: 'GHSA-aaaa-bbbb-cccc',
        namespace: 'github:language:javascript',
        severity: 'High',
        fix: { versions: [], state: 'not-fixed' },
      },
      relatedVulnerabilities: [{ id: 'CVE-2026-2' }],
      artifact: { name: 'bun', version: '1.3.0', type: 'npm', upstreams: [] },
    },
  ],
  source: { type: 'sbom-file' },
  descriptor: { name: 'grype', version: '0.112.0' },
});

describe('grype', () => {
  test('updates its database once, and reads the SBOM of each platform', async () => {
    const world = await programWorld({ grype: grypeScript(printing(GRYPE_STATUS), GRYPE_REPORT) });
    const scanner = createGrypeScanner(world);
    const [result] = [await scanner.scan(SUBJECT, signal), await scanner.scan(SUBJECT, signal)];
    expect(result).toEqual({
      tool: 'grype',
      toolVersion: '0.112.0',
      status: 'findings',
      feed: 'https://grype.anchore.io/databases/v6/vulnerability-db.tar.zst',
      feedDate: '2026-11-22T06:12:00.000Z',
      findings: [
        {
          id: 'GHSA-aaaa-bbbb-cccc',
          aliases: ['CVE-2026-2'],
          package: 'bun',
          source: 'bun',
          installed: '1.3.0',
          severity: 'high',
          severityFrom: 'grype',
          platforms: ['linux/amd64', 'linux/arm64'],
        },
        {
          id: 'CVE-2026-1',
          aliases: [],
          package: 'libssl3t64',
          source: 'openssl',
          installed: '3.5.1-1',
          fixed: '3.5.1-1+deb13u1',
          severity: 'low',
          severityFrom: 'debian',
          vendorStatus: 'resolved',
          platforms: ['linux/amd64', 'linux/arm64'],
        },
      ],
    });
    const scans = Array.from({ length: 4 }, () => 'grype sbom:sbom.cdx.json --output json');
    expect((await world.calls()).map((call) => call.replace(/sbom:\S*sbom\.cdx/, 'sbom:sbom.cdx'))).toEqual([
      'grype db update',
      'grype db status -o json',
      ...scans,
    ]);
  });

  test('the signing key’s password is not handed on', async () => {
    process.env['COSIGN_PASSWORD'] = 'secret';
    try {
      const world = await programWorld({ grype: grypeScript(printing(GRYPE_STATUS), GRYPE_REPORT) });
      expect(await createGrypeScanner(world).scan(SUBJECT, signal)).toMatchObject({ status: 'findings' });
    } finally {
      delete process.env['COSIGN_PASSWORD'];
    }
  });

  test.each([
    { summary: 'is not on PATH', scripts: {}, message: 'cannot scan with grype: it is not on PATH' },
    {
      summary: 'has no database and cannot fetch one',
      scripts: {
        grype: `if [ "$2" = update ]; then echo 'unable to update vulnerability database: dial tcp: no such host' >&2; exit 1; fi
if [ "$2" = status ]; then echo '{"valid":false,"error":"database does not exist"}'; exit 1; fi; exit 9`,
      },
      message:
        'cannot update the database of grype: unable to update vulnerability database: dial tcp: no such host',
    },
    {
      summary: 'has a damaged database',
      scripts: {
        grype: grypeScript(
          `echo '{"built":"2026-11-22T06:12:00Z","valid":false,"error":"bad db checksum"}'; exit 1`,
          GRYPE_REPORT,
        ),
      },
      message: 'cannot scan with grype: bad db checksum',
    },
    {
      summary: 'fails, and says why in red',
      scripts: {
        grype: `if [ "$1" = db ]; then ${printing(GRYPE_STATUS)}
exit 0; fi
printf '[0000]  WARN look out\\n[0001] ERROR \\033[31mfailed to catalog: no SBOM\\033[0m\\n' >&2; exit 1`,
      },
      message: /^cannot scan with grype: failed to catalog: no SBOM$/,
    },
    {
      summary: 'answers with something else',
      scripts: { grype: grypeScript(printing(GRYPE_STATUS), 'no JSON') },
      message: 'cannot read the answer of grype: expected JSON',
    },
  ])('$summary: not scanned', async ({ scripts, message }) => {
    const scanner = createGrypeScanner(await programWorld(scripts));
    await expect(scanner.scan(SUBJECT, signal)).rejects.toThrow(message);
  });

  test('with a database that cannot be brought up to date, it is stale', async () => {
    const script = `if [ "$2" = update ]; then echo '[0000] ERROR no such host' >&2; exit 1; fi
${grypeScript(printing(GRYPE_STATUS), GRYPE_REPORT)}`;
    const scanner = createGrypeScanner(await programWorld({ grype: script }));
    expect(await scanner.scan(SUBJECT, signal)).toMatchObject({
      status: 'stale',
      reason: 'cannot update the database of grype: no such host',
      feedDate: '2026-11-22T06:12:00.000Z',
      findings: [{ package: 'bun' }, { package: 'libssl3t64' }],
    });
  });

  test('does not update where the user forbids it', async () => {
    const world = await programWorld(
      { grype: grypeScript(printing(GRYPE_STATUS), GRYPE_REPORT) },
      { GRYPE_DB_AUTO_UPDATE: 'false' },
    );
    await createGrypeScanner(world).scan(SUBJECT, signal);
    expect(await world.calls()).not.toContain('grype db update');
  });
});

/** As `trivy sbom --format json` writes it. */
const TRIVY_REPORT = JSON.stringify({
  SchemaVersion: 2,
  ArtifactType: 'cyclonedx',
  Results: [
    {
      Target: 'sbom.cdx.json (debian 13)',
      Class: 'os-pkgs',
      Vulnerabilities: [
        {
          VulnerabilityID: 'CVE-2026-1',
          PkgName: 'libssl3t64',
          InstalledVersion: '3.5.1-1',
          FixedVersion: '',
          Status: 'will_not_fix',
          Severity: 'LOW',
          SeveritySource: 'debian',
        },
      ],
    },
    { Target: 'Node.js', Class: 'lang-pkgs' },
  ],
});

describe('trivy', () => {
  const script = `case "$1" in
version) ${printing(TRIVY_VERSION)}
;;
image) printf '2026-11-26T06:00:00Z\\tFATAL\\tFatal error\\tfailed to download vulnerability DB\\n' >&2; exit 1;;
sbom) for file in "$@"; do :; done
[ "$TRIVY_SKIP_VERSION_CHECK$TRIVY_DISABLE_TELEMETRY" = truetrue ] || exit 7
grep -q '"operating-system".*"debian".*"13"' "$file" && grep -q 'SrcName.*openssl' "$file" || exit 8
${printing(TRIVY_REPORT)}
esac`;

  test('reads an SBOM that names the system and sources; with a database that cannot be brought up to date, it is stale', async () => {
    const world = await programWorld({ trivy: script });
    expect(await createTrivyScanner(world).scan(SUBJECT, signal)).toEqual({
      tool: 'trivy',
      toolVersion: '0.70.0',
      status: 'stale',
      reason: 'cannot update the database of trivy: failed to download vulnerability DB',
      feed: 'trivy-db',
      feedDate: '2026-11-22T00:31:11.100Z',
      findings: [
        {
          id: 'CVE-2026-1',
          aliases: [],
          package: 'libssl3t64',
          source: 'openssl',
          installed: '3.5.1-1',
          severity: 'low',
          severityFrom: 'debian',
          vendorStatus: 'ignored',
          platforms: ['linux/amd64', 'linux/arm64'],
        },
      ],
    });
  });

  test('without a database it says why there is none', async () => {
    const world = await programWorld({
      trivy: `if [ "$1" = image ]; then echo 'FATAL failed to download vulnerability DB' >&2; exit 1; fi
echo '{"Version":"0.70.0"}'`,
    });
    await expect(createTrivyScanner(world).scan(SUBJECT, signal)).rejects.toThrow(
      'failed to download vulnerability DB',
    );
  });
});
