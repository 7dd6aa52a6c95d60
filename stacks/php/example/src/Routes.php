<?php

declare(strict_types=1);

namespace App;

final class Routes
{
    public static function answer(string $path): string
    {
        return match ($path) {
            '/' => "hello from php\n",
            '/version' => PHP_VERSION . "\n",
            default => "nothing is here\n",
        };
    }
}
