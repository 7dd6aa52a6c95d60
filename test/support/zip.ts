import { crc32 } from 'node:zlib';

/** A zip whose files are stored as they are (APPNOTE 6.3.10, sections 4.3.7 to 4.3.16). */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const local = Buffer.concat([words(0x04034b50, fields(name, content)), Buffer.from(name), content]);
    central.push(directoryEntry(name, content, offset));
    locals.push(local);
    offset += local.byteLength;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.byteLength, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** Versions, flags, method, time, digest and sizes, which both headers have. */
function fields(name: string, content: Buffer): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.writeUInt16LE(20, 0);
  bytes.writeUInt32LE(crc32(content), 10);
  bytes.writeUInt32LE(content.byteLength, 14);
  bytes.writeUInt32LE(content.byteLength, 18);
  bytes.writeUInt16LE(Buffer.byteLength(name), 22);
  return bytes;
}

function directoryEntry(name: string, content: Buffer, offset: number): Buffer {
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(offset, 10);
  const version = Buffer.from([20, 0]);
  return Buffer.concat([words(0x02014b50, version), fields(name, content), tail, Buffer.from(name)]);
}

function words(signature: number, rest: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(signature);
  return Buffer.concat([bytes, rest]);
}
