<?php

session_start();
$_SESSION['visits'] = 1;
session_write_close();
echo count(glob('/tmp/sess_*')), "\n";
