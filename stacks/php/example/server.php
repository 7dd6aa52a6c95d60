<?php

$server = stream_socket_server('tcp://0.0.0.0:8080');
echo "ready\n";
while (true) {
    $client = @stream_socket_accept($server, -1);
    while ($client !== false && trim((string) fgets($client)) !== '');
    fwrite($client, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello from php\n");
    fclose($client);
}
