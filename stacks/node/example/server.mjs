import { createServer } from 'node:http';

const server = createServer((request, response) => response.end('hello from node\n'));
server.listen(8080, () => console.log('ready'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
