#!/usr/bin/env bash
# The EMR bootstrap action of prestoscale. EMR runs it on every node BEFORE it installs the applications, so it only
# fetches and checks what is needed, puts it in place and starts after-install.sh in the background.
# Arguments: install/arguments.sh and docs/bootstrap.md. Exit 0 always, unless --strict: a bootstrap action that fails
# kills its node.
set -u

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)

# fetch URL#SHA256 FILE: FILE appears only with the right checksum. FETCH_ERROR says what went wrong.
FETCH_ERROR=''
fetch() {
  local url=${1%%#*} sum=${1#*#} file=$2 got
  if [[ $(sha256sum "$file" 2>/dev/null | cut -d ' ' -f 1) == "$sum" ]]; then return 0; fi
  mkdir -p "${file%/*}"
  case $url in
    s3://*) aws s3 cp --only-show-errors "$url" "$file.part" ;;
    file://*) cp "${url#file://}" "$file.part" ;;
    *) curl -q --fail --silent --show-error --location --proto '=https' --retry 3 --max-time 600 --output "$file.part" "$url" ;;
  esac || {
    FETCH_ERROR="cannot fetch $url: does it exist, and may this node's role or network reach it?"
    rm -f "$file.part"
    return 1
  }
  got=$(sha256sum "$file.part" | cut -d ' ' -f 1)
  if [[ $got != "$sum" ]]; then
    FETCH_ERROR="$url has checksum $got, expected $sum: it is not used. Was it replaced, or cut short?"
    rm -f "$file.part"
    return 1
  fi
  mv -f "$file.part" "$file"
}

# EMR downloads this one file. The rest comes as the archive named by --bundle, made by bundle.sh; its own install.sh
# then does the work.
run_from_bundle() {
  local previous='' argument bundle='' strict='' folder
  for argument in "$@"; do
    [[ $previous == --bundle ]] && bundle=$argument
    [[ $argument == --bundle=* ]] && bundle=${argument#*=}
    [[ $argument == --strict ]] && strict=yes
    previous=$argument
  done
  folder=$(mktemp -d) || bundle_failed "$strict" 'no room for a temporary folder'
  [[ $bundle == *'#'* ]] || bundle_failed "$strict" 'this file alone is not enough: give --bundle URL#SHA256 (bundle.sh makes it)'
  fetch "$bundle" "$folder/bundle.tar.gz" || bundle_failed "$strict" "$FETCH_ERROR"
  mkdir "$folder/bundle"
  tar -xzf "$folder/bundle.tar.gz" -C "$folder/bundle" || bundle_failed "$strict" "$bundle is no tar.gz archive"
  [[ -f $folder/bundle/install/files.sh && -f $folder/bundle/install.sh ]] ||
    bundle_failed "$strict" "$bundle holds no bootstrap scripts: bundle.sh makes it"
  bash "$folder/bundle/install.sh" "$@"
  local code=$?
  rm -rf "$folder"
  exit "$code"
}

bundle_failed() {
  echo "prestoscale: PROBLEM: $2. Nothing was installed." >&2
  [[ -z $1 ]] || exit 1
  exit 0
}

if [[ -z ${PRESTOSCALE_ROOT:-} && $EUID != 0 && " $* " != *' --dry-run '* ]]; then
  # Bootstrap actions run as hadoop, who may become root.
  exec sudo -n bash "$HERE/${BASH_SOURCE[0]##*/}" "$@"
fi
[[ -f $HERE/install/files.sh ]] || run_from_bundle "$@"

# shellcheck source-path=SCRIPTDIR source=install/files.sh
source "$HERE/install/files.sh"
# shellcheck source-path=SCRIPTDIR source=install/arguments.sh
source "$HERE/install/arguments.sh"
# shellcheck source-path=SCRIPTDIR source=agent/settings.sh
source "$HERE/agent/settings.sh"

# fetched NAME URL#SHA256: a download that after-install.sh finds under LIB/downloads. A failure leaves it out.
fetched() {
  local name=$1 url=$2
  [[ -n $url ]] || return 0
  if [[ -n $DRY_RUN ]]; then
    note "would fetch ${url%%#*}"
    return 0
  fi
  fetch "$url" "$ROOT$LIB/downloads/$name" && return 0
  problem "$FETCH_ERROR"
  rm -f "$ROOT$LIB/downloads/$name"
}

fetch_all() {
  local udf
  fetched jmx-agent.jar "$AGENT_JAR"
  fetched jmx.yaml "$JMX_CONFIG"
  for udf in ${UDF_JARS[@]+"${UDF_JARS[@]}"}; do
    fetched "udf/$(basename "${udf%%#*}")" "$udf"
  done
  # Only the primary node runs the exporter; a node that does not know what it is gets no exporter either.
  grep -qs '"isMaster"[[:space:]]*:[[:space:]]*true' "$ROOT/mnt/var/lib/info/instance.json" || return 0
  fetched exporter.mjs "$EXPORTER"
  fetched node.tar.gz "$NODE_ARCHIVE"
}

copy_scripts() {
  local file
  for file in worker-agent.sh after-install.sh agent/*.sh install/*.sh; do
    put_file 755 "$LIB/$file" <"$file"
  done
  for file in systemd/*.service; do
    put_file 644 "/etc/systemd/system/${file##*/}" <"$file"
  done
}

# The arguments as given, one per line, for the background step.
keep_arguments() { put_file 644 "$ETC/install.args" < <(printf '%s\n' "$@" | grep -vx -e --dry-run); }

# systemd where it works (EMR >= 5.30); else a process of its own session, so that it outlives the bootstrap action.
start_background() {
  local step="$ROOT$LIB/after-install.sh"
  if [[ -n $DRY_RUN ]]; then
    note "would start $LIB/after-install.sh in the background"
  elif systemctl daemon-reload && systemctl start --no-block prestoscale-after-install.service; then
    note 'the background step waits for EMR to install the engine'
  else
    PRESTOSCALE_ROOT=$ROOT setsid nohup bash "$step" </dev/null >/dev/null 2>&1 &
    note "the background step waits for EMR to install the engine (without systemd, process $!)"
  fi
} 2>/dev/null

main() {
  local wrong
  cd "$HERE" || exit 0
  parse_arguments "$@" || {
    for wrong in "${MISTAKES[@]}"; do problem "$wrong"; done
    note 'nothing was installed: put the arguments right and start the cluster anew'
    [[ -z $STRICT$DRY_RUN ]] || exit 2
    exit 0
  }
  fetch_all
  copy_scripts
  keep_arguments "$@"
  start_background
  ((PROBLEMS == 0)) || note "$PROBLEMS problem(s), see $LOG; the node goes on${STRICT:+ not, because of --strict}"
  [[ -z $STRICT ]] || ((PROBLEMS == 0)) || exit 1
  exit 0
}

main "$@"
