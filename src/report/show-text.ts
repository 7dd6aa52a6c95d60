import type {
  AttestedSummary,
  ImageSettings,
  ImageSummary,
  LayerSummary,
  PackagesSummary,
  PrivilegedFile,
  Vouched,
  Wasted,
} from '../model/index.ts';
import { printable } from './printable.ts';
import { countText, megabytesText } from './units.ts';

/** Of wasted files and labels; --json has all. */
const MOST_LINES = 10;
const SHORT_DIGEST = 'sha256:'.length + 12;
const STEP_WIDTH = 60;

/** `ingot show`: what an image holds, for a terminal. */
export function showText(summary: ImageSummary): string {
  const sections = [
    headText(summary),
    section('settings', settingLines(summary.settings)),
    section('labels and annotations', labelLines(summary)),
    section(`layers: ${summary.layers.length}`, summary.layers.flatMap(layerLines)),
    wastedText(summary.wasted),
    packagesText(summary.packages),
    section(
      'biggest files',
      summary.biggestFiles.map(({ path, bytes, package: owner }) => {
        return `${sizeCell(bytes)}  ${path}${owner === undefined ? '' : `  (${owner})`}`;
      }),
    ),
    section(
      `setuid, setgid, capabilities: ${summary.privileged.length === 0 ? 'none' : ''}`,
      summary.privileged.map(privilegedLine),
    ),
    section(`shells: ${summary.shells.length === 0 ? 'none' : ''}`, summary.shells),
    summary.attested === undefined ? '' : attestedText(summary.attested),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function headText({ image, created, sizes }: ImageSummary): string {
  return [
    image.reference,
    printable(
      `platform ${image.platform}, manifest ${image.manifest.slice(0, SHORT_DIGEST)}, created ${created ?? 'unknown'}`,
    ),
    `download ${megabytesText(sizes.download)}, unpacked ${megabytesText(sizes.unpacked)}`,
  ].join('\n');
}

function settingLines(settings: ImageSettings): readonly string[] {
  const { user, entrypoint, command, workingDir, environment, ports, volumes } = settings;
  return [
    `user         ${user === '' ? 'root, as none is set' : user}`,
    ...given('entrypoint  ', wordsText(entrypoint)),
    ...given('command     ', wordsText(command)),
    ...given('folder      ', workingDir),
    ...given('ports       ', ports.join(', ')),
    ...given('volumes     ', volumes.join(', ')),
    ...given('stop signal ', settings.stopSignal ?? ''),
    ...given('healthcheck ', wordsText(settings.healthcheck ?? [])),
    ...environment.map((variable) => `env          ${variable}`),
  ];
}

function given(name: string, value: string): readonly string[] {
  return value === '' ? [] : [`${name} ${value}`];
}

function wordsText(words: readonly string[]): string {
  return words.length === 0 ? '' : JSON.stringify(words);
}

/** Builders repeat labels as annotations: what is the same is told once. */
function labelLines({ settings, annotations }: ImageSummary): readonly string[] {
  const merged = new Map([...Object.entries(annotations), ...Object.entries(settings.labels)]);
  return [...merged].map(([key, value]) => `${key} = ${value}`);
}

function layerLines({ digest, size, unpacked, files, createdBy, packages }: LayerSummary): readonly string[] {
  const step = createdBy.replaceAll(/\s+/g, ' ').trim();
  return [
    `${digest.slice(0, SHORT_DIGEST)}  ${sizeCell(size)} pulled  ${sizeCell(unpacked)} unpacked  ${countText(files, 'file')}`,
    ...(step === '' ? [] : [`  ${step.length > STEP_WIDTH ? `${step.slice(0, STEP_WIDTH)}…` : step}`]),
    ...(packages.length === 0 ? [] : [`  ${countText(packages.length, 'package')}: ${cut(packages)}`]),
  ];
}

function cut(names: readonly string[]): string {
  const more = names.length > MOST_LINES ? ', …' : '';
  return `${names.slice(0, MOST_LINES).join(', ')}${more}`;
}

function wastedText({ bytes, efficiency, files }: Wasted): string {
  if (bytes === 0) {
    return 'wasted: nothing';
  }
  const lines = files.slice(0, MOST_LINES).map(({ path, bytes: size, layer, by, inLayer }) => {
    return `${sizeCell(size)}  ${path}  (layer ${layer}, ${by} in layer ${inLayer})`;
  });
  const rest = files.length - lines.length;
  return section(
    `wasted: ${megabytesText(bytes)} are pulled and never seen; efficiency ${(efficiency * 100).toFixed(1)} %`,
    [...lines, ...(rest > 0 ? [`and ${rest} more; --json lists all`] : [])],
  );
}

function packagesText({ count, notRead, biggest }: PackagesSummary): string {
  const lines = biggest.map(({ name, version, bytes }) => `${sizeCell(bytes)}  ${name} ${version}`);
  return section(count === 0 ? 'packages: none found' : `packages: ${count}, the biggest:`, [
    ...lines,
    ...notRead.map((what) => `not read: ${what}`),
  ]);
}

function privilegedLine({ path, type, mode, uid, gid, kinds }: PrivilegedFile): string {
  return `${mode}  ${uid}:${gid}  ${path}  (${type}, ${kinds.join(', ')})`;
}

function attestedText({ hasKey, signatures, attestations, scans, releases }: AttestedSummary): string {
  const lines = [
    ...signatures.map((signature) => `signature    ${vouchedText(signature)}`),
    ...attestations.map((each) => {
      const says = each.says === '' ? '' : `  ${each.says}`;
      const about = each.about === 'image' ? '' : ' of this platform';
      return `${each.predicateType || 'unreadable'}${about}${says}  ${vouchedText(each)}`;
    }),
    ...scans.map((scan) => {
      const counts = Object.entries(scan.findings).map(([severity, count]) => `${count} ${severity}`);
      const found = counts.length === 0 ? '' : `: ${counts.join(', ')}`;
      return `scan         ${scan.tool} ${scan.status}${found}; feed of ${scan.feedDate || 'an unknown date'}`;
    }),
    ...releases.map(({ track, sequence, tag, promotedAt, reason, ...who }) => {
      return `release      ${tag}, number ${sequence} of ${track}, ${promotedAt}, ${reason}  ${vouchedText(who)}`;
    }),
  ];
  const note = hasKey ? '' : ', nothing of it verified: no public key is set up here';
  return lines.length === 0 ? 'attested: nothing' : section(`attested${note}`, lines);
}

function vouchedText({ verified, signer }: Vouched): string {
  return verified ? `[verified, ${signer}]` : `[not verified, ${signer}]`;
}

function sizeCell(bytes: number): string {
  return megabytesText(bytes).padStart(9);
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 && title.endsWith(':')
    ? ''
    : [title.trimEnd(), ...lines.map((line) => `  ${printable(line)}`)].join('\n');
}
