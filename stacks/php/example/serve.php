<?php

/**
 * Answers every request with what `$route` makes of its path.
 *
 * @param callable(string): string $route
 */
function serve(callable $route): never
{
    $server = stream_socket_server('tcp://0.0.0.0:8080');
    echo "ready\n";
    while (true) {
        $client = @stream_socket_accept($server, -1);
        if ($client === false) {
            continue;
        }
        [, $path] = explode(' ', (string) fgets($client)) + [1 => '/'];
        while (trim((string) fgets($client)) !== '');
        fwrite($client, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" . $route($path));
        fclose($client);
    }
}
