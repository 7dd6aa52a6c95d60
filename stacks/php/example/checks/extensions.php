<?php

// Every extension that is in the image is on.

$there = array_map(fn (string $path) => basename($path, '.so'), glob(ini_get('extension_dir') . '/*.so'));
$on = array_map(strtolower(...), [...get_loaded_extensions(), 'opcache']);
echo count($there) > 20 ? 'many' : 'few', ', off: ', implode(' ', array_diff($there, $on));
