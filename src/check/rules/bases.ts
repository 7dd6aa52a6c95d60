import type { BaseUse, Dockerfile, ImageBase } from '../../dockerfile/index.ts';
import { baseOf, baseUses, isOnDockerHub, parseImage } from '../../dockerfile/index.ts';
import { isSha256 } from '../../oci/index.ts';
import type { CheckPolicy } from '../policy.ts';
import { isFurtherBase, isUniqueTag } from '../policy.ts';
import type { CheckRule, Violation } from './rule.ts';

const CHOOSE_GOLDEN =
  'build from an image of the catalog; a further one is allowed by "check.bases" in catalog.json';
const PIN =
  'write the digest behind the tag, as in "node:24@sha256:…", or a unique tag such as "24.21.0.202611210312"';

export const BASE_RULES: readonly CheckRule[] = [
  {
    id: 'unresolved-base',
    level: 'error',
    summary: 'What a Dockerfile builds from can be told from the file alone.',
    help: 'give the ARG a default: a build that says nothing else then takes an approved base',
    violations: unresolvedBases,
  },
  {
    id: 'docker-hub',
    level: 'error',
    summary: 'Nothing comes from Docker Hub, which is what a name without a registry means.',
    help: CHOOSE_GOLDEN,
    violations: basesFromDockerHub,
  },
  {
    id: 'unapproved-base',
    level: 'error',
    summary: 'Images are built from repositories and tags of the catalog.',
    help: CHOOSE_GOLDEN,
    violations: unapprovedBases,
  },
  {
    id: 'latest-tag',
    level: 'error',
    summary: 'A base has a tag or digest, and the tag is not "latest".',
    help: PIN,
    violations: basesWithoutTag,
  },
  {
    id: 'unpinned-base',
    level: 'error',
    summary: 'A base is named by digest or unique tag, so that the same Dockerfile gives the same image.',
    help: PIN,
    violations: (dockerfile) => [...malformedDigests(dockerfile), ...movingTags(dockerfile, false)],
  },
  {
    id: 'unpinned-default',
    level: 'warning',
    summary: "An ARG's default for a base's tag is a moving tag: fine for a first try, not for a release.",
    help: 'let the build name a unique tag, as in --build-arg TAG=24.21.0.202611210312, or make that the default',
    violations: (dockerfile) => movingTags(dockerfile, true),
  },
  {
    id: 'scratch-image',
    level: 'error',
    summary: 'The last stage is not built from scratch; stages before it may be.',
    help: 'build from "static": it has CA certificates, time zones, a user that is not root, and what scanners read',
    violations: scratchImages,
  },
  {
    id: 'syntax-image',
    level: 'warning',
    summary: 'The frontend of "# syntax=" does not come from Docker Hub.',
    help: 'remove the line, so that the builder uses its own frontend, or name a copy in your registry',
    violations: frontendsFromDockerHub,
  },
];

function unresolvedBases(dockerfile: Dockerfile): Violation[] {
  return baseUses(dockerfile).flatMap(({ line, base }) =>
    base.kind === 'unresolved'
      ? [
          {
            line,
            message: `the base is not known: ${base.missing.map((name) => `"${name}"`).join(', ')} has no value`,
          },
        ]
      : [],
  );
}

function basesFromDockerHub(dockerfile: Dockerfile, policy: CheckPolicy): Violation[] {
  return imagesUsed(dockerfile)
    .filter(({ base }) => isOnDockerHub(base) && !isFurtherBase(base, policy))
    .map(({ line, base }) => ({
      line,
      message: `"${base.text}" comes from Docker Hub, as "${base.repository}"`,
    }));
}

/** What is on Docker Hub has its own rule; switched off, it still does not approve of anything. */
function unapprovedBases(dockerfile: Dockerfile, policy: CheckPolicy): Violation[] {
  const isReported = policy.settings.levels['docker-hub'] !== 'off';
  return imagesUsed(dockerfile)
    .filter(({ base }) => !isFurtherBase(base, policy) && !(isReported && isOnDockerHub(base)))
    .flatMap(({ line, base }) => {
      const why = whyUnapproved(base, policy);
      return why === undefined ? [] : [{ line, ...why }];
    });
}

function whyUnapproved(base: ImageBase, { golden }: CheckPolicy): Omit<Violation, 'line'> | undefined {
  const repository = golden.get(base.repository);
  if (repository === undefined) {
    const message = `"${base.repository}" is not in the catalog`;
    const none =
      'name the registry of the catalog\'s images under "targets" or "check.registries" in catalog.json';
    return golden.size === 0
      ? { message: `${message}, of which no registry is known`, help: none }
      : { message };
  }
  const { tag } = base;
  if (tag === undefined || tag === 'latest' || isUniqueTag(tag) || repository.tracks.includes(tag)) {
    return undefined;
  }
  const tracks = repository.tracks.map((track) => `"${track}"`).join(', ');
  return {
    message: `"${base.repository}" has no tag "${tag}" in the catalog, expected ${tracks} or a unique tag`,
  };
}

function basesWithoutTag(dockerfile: Dockerfile): Violation[] {
  return imagesUsed(dockerfile)
    .filter(({ base: { tag, digest } }) => tag === 'latest' || (tag ?? digest) === undefined)
    .map(({ line, base: { text, digest } }) => ({
      line,
      message:
        digest === undefined
          ? `"${text}" is whatever "latest" is on the day of the build`
          : `"${text}" does not tell of which version the digest is`,
    }));
}

function malformedDigests(dockerfile: Dockerfile): Violation[] {
  return imagesUsed(dockerfile)
    .filter(({ base: { digest } }) => digest !== undefined && !isSha256(digest))
    .map(({ line, base: { text } }) => ({
      line,
      message: `"${text}" is not pinned: expected "sha256:" and 64 lower-case hex digits behind the "@"`,
    }));
}

function movingTags(dockerfile: Dockerfile, isTagDefault: boolean): Violation[] {
  return imagesUsed(dockerfile)
    .filter(({ base }) => base.isTagDefault === isTagDefault && isMoving(base))
    .map(({ line, base }) => ({ line, message: `"${base.text}" can be another image at the next build` }));
}

function isMoving({ tag, digest }: ImageBase): boolean {
  return digest === undefined && tag !== undefined && tag !== 'latest' && !isUniqueTag(tag);
}

function scratchImages(dockerfile: Dockerfile): Violation[] {
  const last = dockerfile.stages.at(-1);
  return last !== undefined && baseOf(last, dockerfile).kind === 'scratch'
    ? [{ line: last.from.line, message: 'the image is built from scratch: scanners find nothing in it' }]
    : [];
}

function frontendsFromDockerHub({ frontend }: Dockerfile): Violation[] {
  return frontend !== undefined && isOnDockerHub(parseImage(frontend))
    ? [{ line: 1, message: `the frontend "${frontend}" comes from Docker Hub` }]
    : [];
}

function imagesUsed(dockerfile: Dockerfile): (BaseUse & { readonly base: ImageBase })[] {
  return baseUses(dockerfile).flatMap(({ line, base }) => (base.kind === 'image' ? [{ line, base }] : []));
}
