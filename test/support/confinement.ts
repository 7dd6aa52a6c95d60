// Programs for Node.js that are run in containers.

/** Prints what a process can see of its own confinement. */
export const CONFINEMENT = `
  const fs = require('node:fs');
  const attempt = (path) => { try { fs.writeFileSync(path, ''); return 'written'; } catch (error) { return error.code; } };
  const [caps] = /CapBnd:.*/.exec(fs.readFileSync('/proc/self/status', 'utf8'));
  const [privileges] = /NoNewPrivs:.*/.exec(fs.readFileSync('/proc/self/status', 'utf8'));
  console.log([process.getuid(), process.getgid(), caps, privileges, attempt('/x'), attempt('/example/x'), attempt('/tmp/x')].join(' '));
`;

export const LOOSENED = `
  const fs = require('node:fs');
  const [caps] = /CapBnd:.*/.exec(fs.readFileSync('/proc/self/status', 'utf8'));
  const { FROM_FILE, FROM_PROCESS } = process.env;
  const networks = Object.keys(require('node:os').networkInterfaces());
  console.log([process.getuid(), process.stdout.isTTY, caps, fs.readdirSync('/mounted'), FROM_FILE, FROM_PROCESS, networks].join(' '));
`;
