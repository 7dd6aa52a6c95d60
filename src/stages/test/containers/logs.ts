/** Docker Engine API, "Stream format": a frame is one byte of stream, three of zero, four of length, and its bytes. */
const FRAME_HEADER_BYTES = 8;
const STDERR = 2;

/** Separates the two output streams that the engine's log mixes. A cut last frame counts as far as it goes. */
export function splitLogs(log: Buffer): { readonly stdout: string; readonly stderr: string } {
  const streams = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let at = 0;
  while (at + FRAME_HEADER_BYTES <= log.length) {
    const length = log.readUInt32BE(at + 4);
    const bytes = log.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + length);
    streams[log[at] === STDERR ? 'stderr' : 'stdout'].push(bytes);
    at += FRAME_HEADER_BYTES + length;
  }
  return {
    stdout: Buffer.concat(streams.stdout).toString('utf8'),
    stderr: Buffer.concat(streams.stderr).toString('utf8'),
  };
}
