# nginx
#
# Every build context is a folder of files whose digests were verified before the build started, and no
# step has a network. Each stack of the chain is one layer; its bytes depend on its own inputs alone.

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

FROM toolbox AS nginx
ARG NGINX_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=packages-nginx,target=/packages \
    --mount=type=bind,from=files-nginx,target=/files <<"EOF"
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

# left out by rule of the stack "nginx"
rm --recursive --force -- \
  /layer/etc/nginx/koi-* \
  /layer/etc/nginx/modules-* \
  /layer/etc/nginx/sites-* \
  /layer/etc/nginx/snippets \
  /layer/etc/nginx/win-utf \
  /layer/etc/ufw \
  /layer/usr/share/apport \
  /layer/usr/share/nginx/html/* \
  /layer/usr/share/nginx/modules* \
  /layer/usr/share/vim \
  /layer/var/lib/nginx \
  /layer/var/log

# files of the stack itself
cp --recursive --no-preserve=ownership,timestamps /files/. /layer/

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
find /layer -depth \( -type d -o -newermt "@$NGINX_EPOCH" \) -exec touch --no-dereference --date="@$NGINX_EPOCH" {} +

# BuildKit copies nothing again that has the same name and content, whatever its dates: so its name is its date
mkdir /layers
mv /layer "/layers/$NGINX_EPOCH"
EOF

FROM toolbox AS image
ARG IMAGE_EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none \
    --mount=type=bind,from=static,source=/database,target=/databases/static \
    --mount=type=bind,from=glibc,source=/database,target=/databases/glibc \
    --mount=type=bind,from=base,source=/database,target=/databases/base \
    --mount=type=bind,from=nginx,source=/database,target=/databases/nginx <<"EOF"
# everyone may read what is generated here, whatever umask the builder was started with
umask 022

# accounts; no one has a shell or a password
mkdir --parents /layer/etc
cat >/layer/etc/passwd <<"PASSWD"
root:x:0:0:root:/root:/usr/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/usr/sbin/nologin
PASSWD
cat >/layer/etc/group <<"GROUP"
root:x:0:
nonroot:x:65532:
GROUP
install --directory --mode=0700 --owner=0 --group=0 /layer/root
install --directory --mode=0700 --owner=65532 --group=65532 /layer/home/nonroot

# the package database, from which scanners know what is in the image
mkdir --parents /layer/var/lib/dpkg/status.d
cp --no-preserve=all /databases/*/* /layer/var/lib/dpkg/status.d/

# what was generated here, and every folder, gets the newest date of this layer's inputs
find /layer -depth \( -type d -o -newermt "@$IMAGE_EPOCH" \) -exec touch --no-dereference --date="@$IMAGE_EPOCH" {} +

# BuildKit copies nothing again that has the same name and content, whatever its dates: so its name is its date
mkdir /layers
mv /layer "/layers/$IMAGE_EPOCH"
EOF

# Layers from the most shared to the least.
FROM scratch
ARG STATIC_EPOCH
ARG GLIBC_EPOCH
ARG BASE_EPOCH
ARG NGINX_EPOCH
ARG IMAGE_EPOCH
LABEL org.opencontainers.image.title="nginx"
LABEL org.opencontainers.image.description="Web server for built front ends, on port 8080"
LABEL org.opencontainers.image.version="1.2.3"
LABEL org.opencontainers.image.vendor="ingot"
LABEL org.opencontainers.image.source="https://github.com/ingot-factory/ingot"
ENV PATH="/usr/local/bin:/usr/bin"
ENV SSL_CERT_FILE="/etc/ssl/certs/ca-certificates.crt"
ENV LANG="C.UTF-8"
COPY --link --from=static /layers/$STATIC_EPOCH/ /
COPY --link --from=glibc /layers/$GLIBC_EPOCH/ /
COPY --link --from=base /layers/$BASE_EPOCH/ /
COPY --link --from=nginx /layers/$NGINX_EPOCH/ /
COPY --link --from=image /layers/$IMAGE_EPOCH/ /
USER 65532:65532
WORKDIR /home/nonroot
STOPSIGNAL SIGQUIT
ENTRYPOINT ["/usr/sbin/nginx","-e","stderr"]
CMD ["-g","daemon off;"]
