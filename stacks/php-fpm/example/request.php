<?php

// Starts php-fpm, asks it for a script as a web server does (FastCGI 1.0), prints the answer and ends it.

const FCGI_BEGIN_REQUEST = 1;
const FCGI_END_REQUEST = 3;
const FCGI_PARAMS = 4;
const FCGI_STDIN = 5;
const FCGI_STDOUT = 6;

function record(int $type, string $content): string
{
    return pack('CCnnCC', 1, $type, 1, strlen($content), 0, 0) . $content;
}

/** @param array<string, string> $params */
function request(array $params): string
{
    $pairs = '';
    foreach ($params as $name => $value) {
        $pairs .= pack('CN', strlen($name), strlen($value) | 0x80000000) . $name . $value;
    }
    return record(FCGI_BEGIN_REQUEST, pack('nC6', 1, 0, 0, 0, 0, 0, 0))
        . record(FCGI_PARAMS, $pairs) . record(FCGI_PARAMS, '') . record(FCGI_STDIN, '');
}

/** @param resource $connection */
function answer($connection): string
{
    $answer = '';
    while (true) {
        $header = unpack('Cversion/Ctype/nid/nlength/Cpadding/Creserved', stream_get_contents($connection, 8));
        $content = stream_get_contents($connection, $header['length']);
        stream_get_contents($connection, $header['padding']);
        if ($header['type'] === FCGI_END_REQUEST) {
            return $answer;
        }
        $answer .= $header['type'] === FCGI_STDOUT ? $content : '';
    }
}

$server = proc_open(['/usr/sbin/php-fpm'], [2 => STDERR], $pipes);
do {
    usleep(50_000);
    $connection = @stream_socket_client('tcp://127.0.0.1:9000');
} while ($connection === false && proc_get_status($server)['running']);

fwrite($connection, request(['REQUEST_METHOD' => 'GET', 'SCRIPT_FILENAME' => $argv[1]]));
[$headers, $body] = explode("\r\n\r\n", answer($connection), 2);
echo $body;

proc_terminate($server, SIGQUIT);
do {
    usleep(50_000);
    $status = proc_get_status($server);
} while ($status['running']);
echo "ended with {$status['exitcode']}\n";
