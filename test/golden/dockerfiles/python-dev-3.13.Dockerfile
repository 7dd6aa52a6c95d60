# python-dev
#
# Every build context is a folder of files whose digests were verified before the build started, and no
# step has a network. Each stack of the chain is one layer; its bytes depend on its own inputs alone.

# Debian's essential packages: unpacked, so that dpkg can run in them, and then installed by it
FROM toolbox AS essential-unpacked
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=packages-essential,target=/packages <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

# merged /usr, which Debian 12's own files do not assume
for folder in bin lib lib64 sbin; do
  mkdir --parents "/layer/usr/$folder"
  ln --symbolic "usr/$folder" "/layer/$folder"
done
for deb in /packages/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" |
    tar --extract --directory=/layer --preserve-permissions --keep-directory-symlink
done
rm --recursive /layer/usr/share/doc /layer/usr/share/info /layer/usr/share/locale /layer/usr/share/man
EOF

FROM scratch AS essential
COPY --from=essential-unpacked /layer/ /
ARG ESSENTIAL_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=packages-essential,target=/mnt <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

# documentation but for copyright files, and translations, are left out, now and by whoever installs more
cat >/etc/dpkg/dpkg.cfg.d/no-documentation <<"CONFIG"
path-exclude=/usr/share/bug/*
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/info/*
path-exclude=/usr/share/lintian/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/man/*
CONFIG

# no service starts because its package is installed
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 0755 /usr/sbin/policy-rc.d

# the order of debootstrap: what maintainer scripts rely on comes first
export DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true LC_ALL=C.UTF-8
export SOURCE_DATE_EPOCH="$ESSENTIAL_EPOCH" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin
touch /var/lib/dpkg/status /var/lib/dpkg/available
ln --symbolic --force mawk /usr/bin/awk
for package in base-passwd base-files dpkg libc6 perl-base mawk debconf; do
  dpkg --force-depends --force-unsafe-io --install "/mnt/${package}"_*.deb
done
dpkg --force-depends --force-unsafe-io --unpack /mnt/*.deb
dpkg --force-unsafe-io --configure --pending

# update-alternatives fails where it cannot link a manual that is not left out: OpenJDK's lie elsewhere
mkdir --parents /usr/share/man/man1

# nothing tells when or where this was installed
rm --recursive --force /etc/*- /tmp/* /var/cache/apt/* /var/cache/debconf/*-old /var/cache/ldconfig \
  /var/lib/dpkg/*-old /var/lib/apt/lists/* /var/log/*
if [ -e /etc/shadow ]; then
  sed --in-place "s,^\([^:]*:[^:]*\):[0-9]*:,\1:$(("$ESSENTIAL_EPOCH" / 86400)):," /etc/shadow
fi
find / -xdev -writable -perm /6000 ! -type l -exec chmod a-s {} +
find / -xdev -depth -writable \( -type d -o -newermt "@$ESSENTIAL_EPOCH" \) -exec touch --no-dereference --date="@$ESSENTIAL_EPOCH" {} +
EOF

FROM essential AS system
ARG SYSTEM_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=packages-system,target=/mnt \
    --mount=type=bind,from=files-system,target=/files <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

touch /run/before
export DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true LC_ALL=C.UTF-8
export SOURCE_DATE_EPOCH="$SYSTEM_EPOCH" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin
shopt -s nullglob
debs=(/mnt/*.deb)
if [ ${#debs[@]} -gt 0 ]; then
  apt-get --quiet=2 --yes --option Dpkg::Options::=--force-unsafe-io install "${debs[@]}"
  # packages with nothing but links to libraries do not ask for it
  ldconfig
fi

# nothing tells when or where this was installed
rm --recursive --force /etc/*- /tmp/* /var/cache/apt/* /var/cache/debconf/*-old /var/cache/ldconfig \
  /var/lib/dpkg/*-old /var/lib/apt/lists/* /var/log/*
if [ -e /etc/shadow ]; then
  sed --in-place "s,^\([^:]*:[^:]*\):[0-9]*:,\1:$(("$SYSTEM_EPOCH" / 86400)):," /etc/shadow
fi

# the layer is what has changed; the next one stands on the whole
rm --recursive --force /layers
mkdir /layer
cd /
find . -xdev -path ./layer -prune -o -type d -cnewer /run/before -print0 |
  tar --create --null --no-recursion --files-from=- | tar --extract --preserve-permissions --directory=/layer
find . -xdev -path ./layer -prune -o ! -type d ! -path ./run/before -cnewer /run/before -print0 |
  xargs --null --no-run-if-empty cp --archive --link --parents --target-directory=/layer
rm /run/before

# files of the stack itself
cp --recursive --no-preserve=ownership,timestamps /files/. /layer/

# harden: no setuid or setgid bit, nothing that others may write but sticky folders
find /layer ! -type l -perm /6000 -exec chmod a-s {} +
find /layer ! -type l -perm /0002 ! -perm /1000 -exec chmod o-w {} +

# what was generated here, and every folder, gets the newest date of this layer's inputs
find /layer -depth \( -type d -o -newermt "@$SYSTEM_EPOCH" \) -exec touch --no-dereference --date="@$SYSTEM_EPOCH" {} +

# BuildKit copies nothing again that has the same name and content, whatever its dates: so its name is its date
mkdir /layers
mv /layer "/layers/$SYSTEM_EPOCH"
EOF

FROM system AS python-dev
ARG PYTHON_DEV_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=packages-python-dev,target=/mnt <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

touch /run/before
export DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true LC_ALL=C.UTF-8
export SOURCE_DATE_EPOCH="$PYTHON_DEV_EPOCH" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin
shopt -s nullglob
debs=(/mnt/*.deb)
if [ ${#debs[@]} -gt 0 ]; then
  apt-get --quiet=2 --yes --option Dpkg::Options::=--force-unsafe-io install "${debs[@]}"
  # packages with nothing but links to libraries do not ask for it
  ldconfig
fi

# nothing tells when or where this was installed
rm --recursive --force /etc/*- /tmp/* /var/cache/apt/* /var/cache/debconf/*-old /var/cache/ldconfig \
  /var/lib/dpkg/*-old /var/lib/apt/lists/* /var/log/*
if [ -e /etc/shadow ]; then
  sed --in-place "s,^\([^:]*:[^:]*\):[0-9]*:,\1:$(("$PYTHON_DEV_EPOCH" / 86400)):," /etc/shadow
fi

# the layer is what has changed; the next one stands on the whole
rm --recursive --force /layers
mkdir /layer
cd /
find . -xdev -path ./layer -prune -o -type d -cnewer /run/before -print0 |
  tar --create --null --no-recursion --files-from=- | tar --extract --preserve-permissions --directory=/layer
find . -xdev -path ./layer -prune -o ! -type d ! -path ./run/before -cnewer /run/before -print0 |
  xargs --null --no-run-if-empty cp --archive --link --parents --target-directory=/layer
rm /run/before

# harden: no setuid or setgid bit, nothing that others may write but sticky folders
find /layer ! -type l -perm /6000 -exec chmod a-s {} +
find /layer ! -type l -perm /0002 ! -perm /1000 -exec chmod o-w {} +

# what was generated here, and every folder, gets the newest date of this layer's inputs
find /layer -depth \( -type d -o -newermt "@$PYTHON_DEV_EPOCH" \) -exec touch --no-dereference --date="@$PYTHON_DEV_EPOCH" {} +

# BuildKit copies nothing again that has the same name and content, whatever its dates: so its name is its date
mkdir /layers
mv /layer "/layers/$PYTHON_DEV_EPOCH"
EOF

FROM toolbox AS static
ARG STATIC_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=packages-static,target=/packages <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

# merged /usr, which Debian 12's own files do not assume
for folder in bin lib lib64 sbin; do
  mkdir --parents "/layer/usr/$folder"
  ln --symbolic "usr/$folder" "/layer/$folder"
done

# unpack the packages; everything belongs to root
status=/database
mkdir "$status"
shopt -s nullglob
for deb in /packages/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" |
    tar --extract --directory=/layer --no-same-owner --preserve-permissions --keep-directory-symlink
  package=$(dpkg-deb --field "$deb" Package)
  dpkg-deb --info "$deb" control >"$status/$package"
  dpkg-deb --info "$deb" md5sums |
    sed 's,^\([0-9a-f]*  \)\(bin\|lib\|lib64\|sbin\)/,\1usr/\2/,' >"$status/$package.md5sums"
done

# the links stay in the layer of base-files, which owns the root's folders; only amd64 has a lib64
for folder in bin lib lib64 sbin; do
  if [ ! -e "$status/base-files" ] ||
    { [ "$folder" = lib64 ] && ! grep --quiet '^Architecture: amd64' "$status/base-files"; }; then
    rm "/layer/$folder"
    rmdir --ignore-fail-on-non-empty "/layer/usr/$folder"
  fi
done

# documentation, translations and caches are left out; copyright files and links to them stay
rm --recursive --force -- \
  /layer/usr/share/bug /layer/usr/share/doc-base /layer/usr/share/info /layer/usr/share/lintian \
  /layer/usr/share/locale /layer/usr/share/man /layer/var/cache/* /layer/var/lib/apt
if [ -d /layer/usr/share/doc ]; then
  find /layer/usr/share/doc -mindepth 2 ! -type d ! -regex '/layer/usr/share/doc/[^/]*/copyright' -delete
  find /layer/usr/share/doc -depth -type d -empty -delete
fi

# and so is what only a host with logins and services, a desktop, a compiler or a debugger uses
rm --recursive --force -- \
  /layer/etc/cron.* /layer/etc/default /layer/etc/init.d /layer/etc/logrotate.d /layer/etc/profile.d \
  /layer/etc/skel /layer/etc/update-motd.d /layer/usr/lib/binfmt.d /layer/usr/lib/systemd \
  /layer/usr/lib/sysusers.d /layer/usr/lib/tmpfiles.d /layer/usr/lib/udev /layer/usr/share/binfmts \
  /layer/usr/share/applications /layer/usr/share/bash-completion /layer/usr/share/pixmaps \
  /layer/usr/include /layer/usr/lib/*/*.a /layer/usr/lib/*/pkgconfig /layer/usr/share/gcc \
  /layer/usr/share/gdb /layer/usr/share/pkgconfig

# left out by rule of the stack "static"
rm --recursive --force -- \
  /layer/boot \
  /layer/etc/ca-certificates \
  /layer/etc/dpkg \
  /layer/etc/issue* \
  /layer/usr/games \
  /layer/usr/sbin/update-ca-certificates \
  /layer/usr/share/base-files \
  /layer/usr/share/dict \
  /layer/usr/share/misc \
  /layer/usr/src \
  /layer/var/backups \
  /layer/var/lib/misc \
  /layer/var/local \
  /layer/var/lock \
  /layer/var/run \
  /layer/var/spool

# links that a maintainer script or another package would make
mkdir --parents /layer/etc
ln --symbolic --force --no-dereference -- /usr/share/zoneinfo/Etc/UTC /layer/etc/localtime
mkdir --parents /layer/var
ln --symbolic --force --no-dereference -- /run /layer/var/run

# one bundle of every certificate authority the package ships, in a fixed order
mkdir --parents /layer/etc/ssl/certs
find /layer/usr/share/ca-certificates -name '*.crt' -print0 | LC_ALL=C sort --zero-terminated |
  xargs --null cat >/layer/etc/ssl/certs/ca-certificates.crt
rm --recursive /layer/usr/share/ca-certificates

# what libc6's maintainer script would write: names from files first, then DNS
cat >/layer/etc/nsswitch.conf <<"NSSWITCH"
passwd: files
group: files
shadow: files
hosts: files dns
networks: files
protocols: files
services: files
NSSWITCH

# md5sums name the files that are here, so that a check of the package database holds
for sums in "$status"/*.md5sums; do
  while read -r sum path; do
    if [ -e "/layer/$path" ]; then printf '%s  %s\n' "$sum" "$path"; fi
  done <"$sums" >/tmp/md5sums
  mv /tmp/md5sums "$sums"
done

# harden: no setuid or setgid bit, nothing that others may write but sticky folders
find /layer ! -type l -perm /6000 -exec chmod a-s {} +
find /layer ! -type l -perm /0002 ! -perm /1000 -exec chmod o-w {} +

# what was generated here, and every folder, gets the newest date of this layer's inputs
find /layer -depth \( -type d -o -newermt "@$STATIC_EPOCH" \) -exec touch --no-dereference --date="@$STATIC_EPOCH" {} +

# BuildKit copies nothing again that has the same name and content, whatever its dates: so its name is its date
mkdir /layers
mv /layer "/layers/$STATIC_EPOCH"
EOF

FROM toolbox AS glibc
ARG GLIBC_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=packages-glibc,target=/packages <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

# merged /usr, which Debian 12's own files do not assume
for folder in bin lib lib64 sbin; do
  mkdir --parents "/layer/usr/$folder"
  ln --symbolic "usr/$folder" "/layer/$folder"
done

# unpack the packages; everything belongs to root
status=/database
mkdir "$status"
shopt -s nullglob
for deb in /packages/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" |
    tar --extract --directory=/layer --no-same-owner --preserve-permissions --keep-directory-symlink
  package=$(dpkg-deb --field "$deb" Package)
  dpkg-deb --info "$deb" control >"$status/$package"
  dpkg-deb --info "$deb" md5sums |
    sed 's,^\([0-9a-f]*  \)\(bin\|lib\|lib64\|sbin\)/,\1usr/\2/,' >"$status/$package.md5sums"
done

# the links stay in the layer of base-files, which owns the root's folders; only amd64 has a lib64
for folder in bin lib lib64 sbin; do
  if [ ! -e "$status/base-files" ] ||
    { [ "$folder" = lib64 ] && ! grep --quiet '^Architecture: amd64' "$status/base-files"; }; then
    rm "/layer/$folder"
    rmdir --ignore-fail-on-non-empty "/layer/usr/$folder"
  fi
done

# documentation, translations and caches are left out; copyright files and links to them stay
rm --recursive --force -- \
  /layer/usr/share/bug /layer/usr/share/doc-base /layer/usr/share/info /layer/usr/share/lintian \
  /layer/usr/share/locale /layer/usr/share/man /layer/var/cache/* /layer/var/lib/apt
if [ -d /layer/usr/share/doc ]; then
  find /layer/usr/share/doc -mindepth 2 ! -type d ! -regex '/layer/usr/share/doc/[^/]*/copyright' -delete
  find /layer/usr/share/doc -depth -type d -empty -delete
fi

# and so is what only a host with logins and services, a desktop, a compiler or a debugger uses
rm --recursive --force -- \
  /layer/etc/cron.* /layer/etc/default /layer/etc/init.d /layer/etc/logrotate.d /layer/etc/profile.d \
  /layer/etc/skel /layer/etc/update-motd.d /layer/usr/lib/binfmt.d /layer/usr/lib/systemd \
  /layer/usr/lib/sysusers.d /layer/usr/lib/tmpfiles.d /layer/usr/lib/udev /layer/usr/share/binfmts \
  /layer/usr/share/applications /layer/usr/share/bash-completion /layer/usr/share/pixmaps \
  /layer/usr/include /layer/usr/lib/*/*.a /layer/usr/lib/*/pkgconfig /layer/usr/share/gcc \
  /layer/usr/share/gdb /layer/usr/share/pkgconfig

# left out by rule of the stack "glibc"
rm --recursive --force -- \
  /layer/etc/ld.so.conf* \
  /layer/usr/bin \
  /layer/usr/sbin \
  /layer/usr/lib/*/libBrokenLocale.so.1 \
  /layer/usr/lib/*/libc_malloc_debug.so.0 \
  /layer/usr/lib/*/libmemusage.so \
  /layer/usr/lib/*/libnss_compat.so.2 \
  /layer/usr/lib/*/libnss_hesiod.so.2 \
  /layer/usr/lib/*/libpcprofile.so \
  /layer/usr/lib/*/libthread_db.so.1 \
  /layer/usr/share/libc-bin

# iconv(3) converts the character sets of glibc's own short list; the two hundred of its long one are left out
for folder in /layer/usr/lib/*/gconv; do
  rm --recursive --force -- "$folder/gconv-modules.cache" "$folder/gconv-modules.d"
  for module in "$folder"/*.so; do
    name=$(basename "$module" .so)
    grep --quiet "^module.*[[:space:]]${name}[[:space:]]" "$folder/gconv-modules" || rm -- "$module"
  done
done

# md5sums name the files that are here, so that a check of the package database holds
for sums in "$status"/*.md5sums; do
  while read -r sum path; do
    if [ -e "/layer/$path" ]; then printf '%s  %s\n' "$sum" "$path"; fi
  done <"$sums" >/tmp/md5sums
  mv /tmp/md5sums "$sums"
done

# harden: no setuid or setgid bit, nothing that others may write but sticky folders
find /layer ! -type l -perm /6000 -exec chmod a-s {} +
find /layer ! -type l -perm /0002 ! -perm /1000 -exec chmod o-w {} +

# what was generated here, and every folder, gets the newest date of this layer's inputs
find /layer -depth \( -type d -o -newermt "@$GLIBC_EPOCH" \) -exec touch --no-dereference --date="@$GLIBC_EPOCH" {} +

# BuildKit copies nothing again that has the same name and content, whatever its dates: so its name is its date
mkdir /layers
mv /layer "/layers/$GLIBC_EPOCH"
EOF

FROM toolbox AS base
ARG BASE_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=packages-base,target=/packages <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

# merged /usr, which Debian 12's own files do not assume
for folder in bin lib lib64 sbin; do
  mkdir --parents "/layer/usr/$folder"
  ln --symbolic "usr/$folder" "/layer/$folder"
done

# unpack the packages; everything belongs to root
status=/database
mkdir "$status"
shopt -s nullglob
for deb in /packages/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" |
    tar --extract --directory=/layer --no-same-owner --preserve-permissions --keep-directory-symlink
  package=$(dpkg-deb --field "$deb" Package)
  dpkg-deb --info "$deb" control >"$status/$package"
  dpkg-deb --info "$deb" md5sums |
    sed 's,^\([0-9a-f]*  \)\(bin\|lib\|lib64\|sbin\)/,\1usr/\2/,' >"$status/$package.md5sums"
done

# the links stay in the layer of base-files, which owns the root's folders; only amd64 has a lib64
for folder in bin lib lib64 sbin; do
  if [ ! -e "$status/base-files" ] ||
    { [ "$folder" = lib64 ] && ! grep --quiet '^Architecture: amd64' "$status/base-files"; }; then
    rm "/layer/$folder"
    rmdir --ignore-fail-on-non-empty "/layer/usr/$folder"
  fi
done

# documentation, translations and caches are left out; copyright files and links to them stay
rm --recursive --force -- \
  /layer/usr/share/bug /layer/usr/share/doc-base /layer/usr/share/info /layer/usr/share/lintian \
  /layer/usr/share/locale /layer/usr/share/man /layer/var/cache/* /layer/var/lib/apt
if [ -d /layer/usr/share/doc ]; then
  find /layer/usr/share/doc -mindepth 2 ! -type d ! -regex '/layer/usr/share/doc/[^/]*/copyright' -delete
  find /layer/usr/share/doc -depth -type d -empty -delete
fi

# and so is what only a host with logins and services, a desktop, a compiler or a debugger uses
rm --recursive --force -- \
  /layer/etc/cron.* /layer/etc/default /layer/etc/init.d /layer/etc/logrotate.d /layer/etc/profile.d \
  /layer/etc/skel /layer/etc/update-motd.d /layer/usr/lib/binfmt.d /layer/usr/lib/systemd \
  /layer/usr/lib/sysusers.d /layer/usr/lib/tmpfiles.d /layer/usr/lib/udev /layer/usr/share/binfmts \
  /layer/usr/share/applications /layer/usr/share/bash-completion /layer/usr/share/pixmaps \
  /layer/usr/include /layer/usr/lib/*/*.a /layer/usr/lib/*/pkgconfig /layer/usr/share/gcc \
  /layer/usr/share/gdb /layer/usr/share/pkgconfig

# left out by rule of the stack "base"
rm --recursive --force -- \
  /layer/usr/lib/*/engines-3

# links that a maintainer script or another package would make
mkdir --parents /layer/usr/lib/ssl
ln --symbolic --force --no-dereference -- /etc/ssl/certs/ca-certificates.crt /layer/usr/lib/ssl/cert.pem
mkdir --parents /layer/usr/lib/ssl
ln --symbolic --force --no-dereference -- /etc/ssl/certs /layer/usr/lib/ssl/certs

# md5sums name the files that are here, so that a check of the package database holds
for sums in "$status"/*.md5sums; do
  while read -r sum path; do
    if [ -e "/layer/$path" ]; then printf '%s  %s\n' "$sum" "$path"; fi
  done <"$sums" >/tmp/md5sums
  mv /tmp/md5sums "$sums"
done

# harden: no setuid or setgid bit, nothing that others may write but sticky folders
find /layer ! -type l -perm /6000 -exec chmod a-s {} +
find /layer ! -type l -perm /0002 ! -perm /1000 -exec chmod o-w {} +

# what was generated here, and every folder, gets the newest date of this layer's inputs
find /layer -depth \( -type d -o -newermt "@$BASE_EPOCH" \) -exec touch --no-dereference --date="@$BASE_EPOCH" {} +

# BuildKit copies nothing again that has the same name and content, whatever its dates: so its name is its date
mkdir /layers
mv /layer "/layers/$BASE_EPOCH"
EOF

FROM toolbox AS python
ARG PYTHON_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=packages-python,target=/packages <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

# merged /usr, which Debian 12's own files do not assume
for folder in bin lib lib64 sbin; do
  mkdir --parents "/layer/usr/$folder"
  ln --symbolic "usr/$folder" "/layer/$folder"
done

# unpack the packages; everything belongs to root
status=/database
mkdir "$status"
shopt -s nullglob
for deb in /packages/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" |
    tar --extract --directory=/layer --no-same-owner --preserve-permissions --keep-directory-symlink
  package=$(dpkg-deb --field "$deb" Package)
  dpkg-deb --info "$deb" control >"$status/$package"
  dpkg-deb --info "$deb" md5sums |
    sed 's,^\([0-9a-f]*  \)\(bin\|lib\|lib64\|sbin\)/,\1usr/\2/,' >"$status/$package.md5sums"
done

# the links stay in the layer of base-files, which owns the root's folders; only amd64 has a lib64
for folder in bin lib lib64 sbin; do
  if [ ! -e "$status/base-files" ] ||
    { [ "$folder" = lib64 ] && ! grep --quiet '^Architecture: amd64' "$status/base-files"; }; then
    rm "/layer/$folder"
    rmdir --ignore-fail-on-non-empty "/layer/usr/$folder"
  fi
done

# documentation, translations and caches are left out; copyright files and links to them stay
rm --recursive --force -- \
  /layer/usr/share/bug /layer/usr/share/doc-base /layer/usr/share/info /layer/usr/share/lintian \
  /layer/usr/share/locale /layer/usr/share/man /layer/var/cache/* /layer/var/lib/apt
if [ -d /layer/usr/share/doc ]; then
  find /layer/usr/share/doc -mindepth 2 ! -type d ! -regex '/layer/usr/share/doc/[^/]*/copyright' -delete
  find /layer/usr/share/doc -depth -type d -empty -delete
fi

# and so is what only a host with logins and services, a desktop, a compiler or a debugger uses
rm --recursive --force -- \
  /layer/etc/cron.* /layer/etc/default /layer/etc/init.d /layer/etc/logrotate.d /layer/etc/profile.d \
  /layer/etc/skel /layer/etc/update-motd.d /layer/usr/lib/binfmt.d /layer/usr/lib/systemd \
  /layer/usr/lib/sysusers.d /layer/usr/lib/tmpfiles.d /layer/usr/lib/udev /layer/usr/share/binfmts \
  /layer/usr/share/applications /layer/usr/share/bash-completion /layer/usr/share/pixmaps \
  /layer/usr/include /layer/usr/lib/*/*.a /layer/usr/lib/*/pkgconfig /layer/usr/share/gcc \
  /layer/usr/share/gdb /layer/usr/share/pkgconfig

# left out by rule of the stack "python"
rm --recursive --force -- \
  /layer/etc/python3.13 \
  /layer/etc/terminfo \
  /layer/usr/bin/tini-static \
  /layer/usr/lib/python3.13/lib-dynload/_*test* \
  /layer/usr/lib/python3.13/lib-dynload/xx* \
  /layer/usr/lib/python3.13/sitecustomize.py \
  /layer/usr/lib/python3.13/test \
  /layer/usr/lib/python3.13/turtle.py \
  /layer/usr/share/tabset

# links that a maintainer script or another package would make
mkdir --parents /layer/usr/bin
ln --symbolic --force --no-dereference -- python3.13 /layer/usr/bin/python3
mkdir --parents /layer/usr/bin
ln --symbolic --force --no-dereference -- python3 /layer/usr/bin/python

# bytecode that is never checked against its source's date; one process, because marshal's output depends on
# what a process compiled before
PYTHONHASHSEED=0 python3.13 -m compileall -q -j 1 --invalidation-mode unchecked-hash \
  -s /layer -p / /layer/usr/lib/python3.13

# md5sums name the files that are here, so that a check of the package database holds
for sums in "$status"/*.md5sums; do
  while read -r sum path; do
    if [ -e "/layer/$path" ]; then printf '%s  %s\n' "$sum" "$path"; fi
  done <"$sums" >/tmp/md5sums
  mv /tmp/md5sums "$sums"
done

# harden: no setuid or setgid bit, nothing that others may write but sticky folders
find /layer ! -type l -perm /6000 -exec chmod a-s {} +
find /layer ! -type l -perm /0002 ! -perm /1000 -exec chmod o-w {} +

# what was generated here, and every folder, gets the newest date of this layer's inputs
find /layer -depth \( -type d -o -newermt "@$PYTHON_EPOCH" \) -exec touch --no-dereference --date="@$PYTHON_EPOCH" {} +

# BuildKit copies nothing again that has the same name and content, whatever its dates: so its name is its date
mkdir /layers
mv /layer "/layers/$PYTHON_EPOCH"
EOF

FROM toolbox AS image
ARG IMAGE_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=python-dev,target=/system \
    --mount=type=bind,from=static,source=/database,target=/databases/static \
    --mount=type=bind,from=glibc,source=/database,target=/databases/glibc \
    --mount=type=bind,from=base,source=/database,target=/databases/base \
    --mount=type=bind,from=python,source=/database,target=/databases/python <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

# accounts of the runtime image beside Debian's own
mkdir --parents /layer/etc
cp --no-preserve=all /system/etc/passwd /system/etc/group /layer/etc/
grep --quiet '^root:' /layer/etc/passwd ||
  printf '%s\n' 'root:x:0:0:root:/root:/bin/bash' >>/layer/etc/passwd
grep --quiet '^root:' /layer/etc/group || printf '%s\n' 'root:x:0:' >>/layer/etc/group
install --directory --mode=0700 --owner=0 --group=0 /layer/root
grep --quiet '^nonroot:' /layer/etc/passwd ||
  printf '%s\n' 'nonroot:x:65532:65532:nonroot:/home/nonroot:/bin/bash' >>/layer/etc/passwd
grep --quiet '^nonroot:' /layer/etc/group || printf '%s\n' 'nonroot:x:65532:' >>/layer/etc/group
install --directory --mode=0700 --owner=65532 --group=65532 /layer/home/nonroot

# apt asks the archives and suites that this image was made from, by their keys
mkdir --parents /layer/etc/apt/sources.list.d
cat >/layer/etc/apt/sources.list.d/debian.sources <<"SOURCES"
Types: deb
URIs: http://ftp.debian.org/debian
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://ftp.debian.org/debian-security
Suites: trixie-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

SOURCES

# what the runtime image has, for ingot-add: installed, and wanting nothing
mkdir --parents /layer/usr/share/ingot
for control in /databases/*/*; do
  case "$control" in *.md5sums) continue ;; esac
  printf 'Status: install ok installed\n'
  sed '/^\(Pre-Depends\|Depends\|Recommends\|Suggests\|Breaks\|Conflicts\):/d; /^ /d' "$control"
  printf '\n'
done >/layer/usr/share/ingot/runtime-packages
# and what its stacks leave out, unless one has it all the same
for package in awk debconf dpkg install-info openssl; do
  if ! compgen -G "/databases/*/$package" >/dev/null; then printf '%s\n' "$package"; fi
done >/layer/usr/share/ingot/left-out

# what was generated here, and every folder, gets the newest date of this layer's inputs
find /layer -depth \( -type d -o -newermt "@$IMAGE_EPOCH" \) -exec touch --no-dereference --date="@$IMAGE_EPOCH" {} +

# BuildKit copies nothing again that has the same name and content, whatever its dates: so its name is its date
mkdir /layers
mv /layer "/layers/$IMAGE_EPOCH"
EOF

# Layers from the most shared to the least.
FROM scratch
ARG SYSTEM_EPOCH
ARG PYTHON_DEV_EPOCH
ARG STATIC_EPOCH
ARG GLIBC_EPOCH
ARG BASE_EPOCH
ARG PYTHON_EPOCH
ARG IMAGE_EPOCH
LABEL org.opencontainers.image.title="python-dev"
LABEL org.opencontainers.image.description="CPython with pip, venv and compilers, for builds"
LABEL org.opencontainers.image.version="1.2.3"
LABEL org.opencontainers.image.vendor="ingot"
LABEL org.opencontainers.image.source="https://github.com/ingot-factory/ingot"
ENV PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENV SSL_CERT_FILE="/etc/ssl/certs/ca-certificates.crt"
ENV LANG="C.UTF-8"
ENV PYTHONUNBUFFERED="1"
COPY --link --from=essential / /
COPY --link --from=system /layers/$SYSTEM_EPOCH/ /
COPY --link --from=python-dev /layers/$PYTHON_DEV_EPOCH/ /
COPY --link --from=static /layers/$STATIC_EPOCH/ /
COPY --link --from=glibc /layers/$GLIBC_EPOCH/ /
COPY --link --from=base /layers/$BASE_EPOCH/ /
COPY --link --from=python /layers/$PYTHON_EPOCH/ /
COPY --link --from=image /layers/$IMAGE_EPOCH/ /
USER 65532:65532
WORKDIR /home/nonroot
STOPSIGNAL SIGTERM
CMD ["/bin/bash"]
