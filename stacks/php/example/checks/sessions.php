<?php

// A session is kept in /tmp, and one that expired long ago is gone once PHP has cleaned up, here at the first chance.

touch('/tmp/sess_expired', 0);
ini_set('session.gc_divisor', '1');
session_start();
$_SESSION['visits'] = 1;
session_write_close();
echo implode(' ', array_map(fn (string $path) => $path === '/tmp/sess_expired' ? 'expired' : 'kept', glob('/tmp/sess_*'))), "\n";
