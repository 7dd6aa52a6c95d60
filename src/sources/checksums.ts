/** `<digest>  <file>`, or with a star before a file that was read as binary (coreutils, sha256sum). */
const LINE = /^([0-9a-fA-F]{64}|[0-9a-fA-F]{128}) [ *](?:\.\/)?(.+)$/gm;

/** The digest of one file, in hex, in the lines that sha256sum and sha512sum write. */
export function checksumIn(text: string, file: string): string | undefined {
  return [...text.matchAll(LINE)].find(([, , name]) => name?.trim() === file)?.[1]?.toLowerCase();
}
