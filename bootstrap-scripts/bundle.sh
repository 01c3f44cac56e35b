#!/usr/bin/env bash
# Packs the bootstrap scripts into one archive for install.sh --bundle, and prints the argument. The same files give the
# same checksum wherever it runs. Usage: bundle.sh FILE.tar.gz [URL-IT-WILL-HAVE]
set -euo pipefail

out=$(readlink -f "${1:?usage: bundle.sh FILE.tar.gz [URL]}")
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' -c \
  install.sh after-install.sh worker-agent.sh agent install systemd | gzip -n -9 >"$out"
printf -- '--bundle %s#%s\n' "${2:-file://$out}" "$(sha256sum "$out" | cut -d ' ' -f 1)"
